package explore

import "encoding/json"

// The report as ASYNC_REPORT=json has it.
type (
	jsonReport struct {
		Departures []string   `json:"departures"` // in words
		Tasks      []jsonTask `json:"tasks"`
		Steps      []jsonStep `json:"steps"`
		Text       string     `json:"text"` // what the test said
	}
	jsonTask struct {
		ID   uint64 `json:"id"`
		Name string `json:"name"`
		Func string `json:"func"`
	}
	jsonStep struct {
		Step   int         `json:"step"`
		Time   string      `json:"time"`
		Other  bool        `json:"other,omitempty"` // not asyncio's candidate
		Failed bool        `json:"failed,omitempty"`
		Events []jsonEvent `json:"events"`
	}
	jsonEvent struct {
		Task uint64   `json:"task"` // 0: the loop
		Text string   `json:"text"`
		At   []string `json:"at,omitempty"` // innermost call first
	}
)

// json returns the history, and what the test said, in a line of JSON.
func (h *history) json(text string) string {
	r := jsonReport{Departures: h.departures(), Text: text}
	for _, t := range h.tasks {
		r.Tasks = append(r.Tasks, jsonTask{t.ID(), t.Name(), t.Body().Describe()})
	}
	for _, row := range h.rows {
		s := jsonStep{Step: row.step, Time: row.at.String(), Other: row.other, Failed: row.failed}
		for _, e := range row.events {
			event := jsonEvent{Task: e.task, Text: e.text}
			for _, f := range e.frames {
				event.At = append(event.At, f.position)
			}
			s.Events = append(s.Events, event)
		}
		r.Steps = append(r.Steps, s)
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err.Error() // never: there are strings and numbers only
	}
	return string(data) + "\n"
}
