package perfetto

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// The fields of Perfetto's messages that are used here, by their numbers in
// perfetto_trace.proto.
const (
	tracePacket protowire.Number = 1 // of Trace

	packetTimestamp       protowire.Number = 8 // of TracePacket
	packetSequence        protowire.Number = 10
	packetTrackEvent      protowire.Number = 11
	packetTrackDescriptor protowire.Number = 60

	descriptorUUID   protowire.Number = 1 // of TrackDescriptor
	descriptorName   protowire.Number = 2
	descriptorParent protowire.Number = 5

	eventType            protowire.Number = 9 // of TrackEvent
	eventTrack           protowire.Number = 11
	eventName            protowire.Number = 23
	eventFlows           protowire.Number = 47
	eventTerminatedFlows protowire.Number = 48
)

// The types of events.
const (
	sliceBegin = 1
	sliceEnd   = 2
	instant    = 3
)

// sequence is the number of the only writer.
const sequence = 1

// encoder writes packets.
type encoder struct {
	out    []byte
	packet []byte
	inner  []byte
}

// take returns what was written since the last call. It is valid until the next
// packet.
func (e *encoder) take() []byte {
	out := e.out
	e.out = e.out[:0]
	return out
}

// describe writes a track's name and the track that it is under; 0: none.
func (e *encoder) describe(track, parent uint64, name string) {
	e.inner = appendNumber(e.inner[:0], descriptorUUID, track)
	e.inner = appendText(e.inner, descriptorName, name)
	if parent != 0 {
		e.inner = appendNumber(e.inner, descriptorParent, parent)
	}
	e.packet = e.packet[:0]
	e.finish(packetTrackDescriptor)
}

// event writes an event of a track, from which an arrow begins, or in which one
// ends; 0: none does.
func (e *encoder) event(kind, track uint64, at time.Duration, name string, begins, ends uint64) {
	e.inner = appendNumber(e.inner[:0], eventType, kind)
	e.inner = appendNumber(e.inner, eventTrack, track)
	if name != "" {
		e.inner = appendText(e.inner, eventName, name)
	}
	if begins != 0 {
		e.inner = appendFixed(e.inner, eventFlows, begins)
	}
	if ends != 0 {
		e.inner = appendFixed(e.inner, eventTerminatedFlows, ends)
	}
	e.packet = appendNumber(e.packet[:0], packetTimestamp, uint64(at))
	e.finish(packetTrackEvent)
}

// finish writes the packet with the inner message as a field of it.
func (e *encoder) finish(field protowire.Number) {
	e.packet = appendNumber(e.packet, packetSequence, sequence)
	e.packet = protowire.AppendTag(e.packet, field, protowire.BytesType)
	e.packet = protowire.AppendBytes(e.packet, e.inner)
	e.out = protowire.AppendTag(e.out, tracePacket, protowire.BytesType)
	e.out = protowire.AppendBytes(e.out, e.packet)
}

func appendNumber(b []byte, field protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), n)
}

func appendFixed(b []byte, field protowire.Number, n uint64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), n)
}

func appendText(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}
