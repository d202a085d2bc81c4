package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"github.com/gobaton/async/monitor/monitorhttp"
)

// A display is the screen of top: the numbers, what holds the baton, a table of
// rows, and the task that is looked at.
type display struct {
	app     *tview.Application
	head    *tview.TextView
	table   *tview.Table
	detail  *tview.TextView
	filter  *tview.InputField
	layout  *tview.Flex
	rows    []monitorhttp.Row
	cancel  func(id uint64)
	changed chan struct{} // something else is wanted

	mu   sync.Mutex
	want wants
	last answer
}

// An answer is what was asked for.
type answer struct {
	view   *monitorhttp.View
	detail *monitorhttp.Detail
	err    error
}

// arrival is the key that stands for an answer: unlike a queued update, a queued
// event waits for nobody, so that whoever brings it is not left behind when the
// user has gone.
const arrival = tcell.KeyF64

// wants are what is to be shown.
type wants struct {
	filter, group, sort string
	toggle              []string
	task                uint64 // 0: none
}

// groups and sorts are what their keys go through.
var (
	groups = []string{"tree", "name", "function", "state", "wait", "none"}
	sorts  = []string{"id", "busy", "in_state", "age", "steps", "ready", "inflicted", "longest", "name", "state"}
)

const keys = "↑↓ rows  ← → close, open  Enter look  c cancel  / filter  g group  s sort  q leave"

// newDisplay makes a display on a screen. It is drawn by app.Run.
func newDisplay(screen tcell.Screen, cancel func(id uint64)) *display {
	d := &display{
		app: tview.NewApplication().SetScreen(screen), head: tview.NewTextView(), table: tview.NewTable(),
		detail: tview.NewTextView(), filter: tview.NewInputField().SetLabel("filter "), cancel: cancel,
		changed: make(chan struct{}, 1), want: wants{group: "tree", sort: "id"},
	}
	d.head.SetText("...")
	d.table.SetSelectable(true, false).SetFixed(1, 0)
	d.detail.SetBorder(true).SetTitle(" task ")
	d.layout = tview.NewFlex().SetDirection(tview.FlexRow).
		AddItem(d.head, 4, 0, false).AddItem(d.table, 0, 2, true).
		AddItem(d.filter, 1, 0, false).AddItem(tview.NewTextView().SetText(keys), 1, 0, false)
	d.filter.SetChangedFunc(func(text string) { d.change(func(w *wants) { w.filter = text }) })
	d.filter.SetDoneFunc(func(tcell.Key) { d.app.SetFocus(d.table) })
	d.table.SetInputCapture(d.key)
	d.app.SetInputCapture(d.arrive)
	d.app.SetRoot(d.layout, true)
	return d
}

// bring lets the display show what has come. It may be called from any
// goroutine.
func (d *display) bring(a answer) {
	d.mu.Lock()
	d.last = a
	d.mu.Unlock()
	d.app.QueueEvent(tcell.NewEventKey(arrival, 0, tcell.ModNone))
}

// arrive shows what has come.
func (d *display) arrive(e *tcell.EventKey) *tcell.EventKey {
	if e.Key() != arrival {
		return e
	}
	d.mu.Lock()
	a := d.last
	d.mu.Unlock()
	d.update(a.view, a.detail, a.err)
	return nil
}

// wants returns what is to be shown.
func (d *display) wants() wants {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.want
	w.toggle = slices.Clone(w.toggle)
	return w
}

// change changes what is to be shown, and lets it be asked for at once.
func (d *display) change(f func(w *wants)) {
	d.mu.Lock()
	f(&d.want)
	d.mu.Unlock()
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// key does what a key in the table stands for.
func (d *display) key(e *tcell.EventKey) *tcell.EventKey {
	r := d.selected()
	switch {
	case e.Key() == tcell.KeyEnter && r != nil && r.ID != 0:
		d.look(r.ID)
	case e.Key() == tcell.KeyEnter, e.Key() == tcell.KeyRight && r != nil && !r.Open, e.Key() == tcell.KeyLeft && r != nil && r.Open:
		d.toggle(r)
	case e.Key() == tcell.KeyEscape:
		d.look(0)
	case e.Key() == tcell.KeyRune:
		return d.letter(e, r)
	case e.Key() == tcell.KeyRight, e.Key() == tcell.KeyLeft:
	default:
		return e
	}
	return nil
}

// letter does what a letter stands for.
func (d *display) letter(e *tcell.EventKey, r *monitorhttp.Row) *tcell.EventKey {
	switch e.Rune() {
	case 'q':
		d.app.Stop()
	case '/':
		d.app.SetFocus(d.filter)
	case 'g':
		d.change(func(w *wants) { w.group, w.toggle = after(groups, w.group), nil })
	case 's':
		d.change(func(w *wants) { w.sort = after(sorts, w.sort) })
	case 'c':
		d.confirm(r)
	default:
		return e
	}
	return nil
}

// after returns the one that comes after s in a list, which is a circle.
func after(list []string, s string) string { return list[(slices.Index(list, s)+1)%len(list)] }

// selected returns the row under the cursor, or nil.
func (d *display) selected() *monitorhttp.Row {
	at, _ := d.table.GetSelection()
	if at < 1 || at > len(d.rows) {
		return nil
	}
	return &d.rows[at-1]
}

// toggle opens or closes a row.
func (d *display) toggle(r *monitorhttp.Row) {
	if r == nil || r.Below == 0 {
		return
	}
	key := r.Key
	d.change(func(w *wants) {
		if i := slices.Index(w.toggle, key); i >= 0 {
			w.toggle = slices.Delete(w.toggle, i, i+1)
		} else {
			w.toggle = append(w.toggle, key)
		}
	})
}

// look shows one task below the table; 0: none.
func (d *display) look(id uint64) {
	d.layout.RemoveItem(d.detail)
	if id != 0 {
		d.layout.AddItem(d.detail, 0, 1, false)
	}
	d.change(func(w *wants) { w.task = id })
}

// confirm cancels the task of a row, if the user means it.
func (d *display) confirm(r *monitorhttp.Row) {
	if r == nil || r.ID == 0 {
		return
	}
	id, name := r.ID, r.Name
	modal := tview.NewModal().SetText("Cancel " + name + "?").AddButtons([]string{"Keep it", "Cancel it"})
	modal.SetDoneFunc(func(_ int, label string) {
		d.app.SetRoot(d.layout, true).SetFocus(d.table)
		if label == "Cancel it" {
			go d.cancel(id)
		}
	})
	d.app.SetRoot(modal, false)
}

// update shows what has come.
func (d *display) update(v *monitorhttp.View, detail *monitorhttp.Detail, err error) {
	if err != nil {
		d.head.SetText(err.Error())
		return
	}
	w := d.wants()
	d.head.SetText(fmt.Sprintf("%s  group: %s  sort: %s\n%s\n%s", v.Loop, w.group, w.sort, summary(&v.Stats), holding(v.Holder, v.Warnings)))
	d.fill(v)
	switch {
	case detail == nil || w.task == 0:
		d.detail.SetText("")
	case detail.Task != nil:
		d.detail.SetText(describe(detail))
	default:
		d.detail.SetText(fmt.Sprintf("%s has ended: %s %s", detail.Ended.Name, detail.Ended.Outcome, detail.Ended.Error))
	}
}

// fill shows the rows. The cursor stays on its row.
func (d *display) fill(v *monitorhttp.View) {
	at, key := 1, ""
	if r := d.selected(); r != nil {
		key = r.Key
	}
	d.rows = v.Rows
	d.table.Clear()
	for i, title := range []string{"TASK", "FUNCTION", "STATE", "FOR", "STEPS", "BUSY", "WAITS FOR"} {
		d.table.SetCell(0, i, tview.NewTableCell(title).SetSelectable(false).SetAttributes(tcell.AttrBold))
	}
	for i := range d.rows {
		r := &d.rows[i]
		if r.Key == key {
			at = i + 1
		}
		for j, text := range cells(r) {
			d.table.SetCell(i+1, j, tview.NewTableCell(tview.Escape(text)).SetMaxWidth(40))
		}
	}
	d.table.Select(at, 0)
}

// cells returns the texts of a row.
func cells(r *monitorhttp.Row) []string {
	mark := "  "
	switch {
	case r.Open:
		mark = "▾ "
	case r.Below > 0:
		mark = "▸ "
	}
	name := r.Name
	if r.Count > 1 {
		name = fmt.Sprintf("%d × %s", r.Count, name)
	}
	return []string{
		strings.Repeat("  ", r.Depth) + mark + clip(name, 40), function(r.Function), r.State, short(r.InState),
		fmt.Sprint(r.Steps), short(r.Busy), clip(r.Wait, 60),
	}
}
