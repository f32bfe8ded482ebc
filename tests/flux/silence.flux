// What one asks after a death: who fell silent, when, and what was last said.
package silence_test

import "array"
import "testing"
import "csv"
import "influxdata/influxdb/monitor"

option now = () => 2026-02-09T05:00:00Z

reports =
    "
#datatype,string,long,dateTime:RFC3339,double,string,string
#group,false,false,false,false,true,true
#default,_result,,,,,
,result,table,_time,_value,_field,host
,,0,2026-02-09T04:00:00Z,100,uptime,pve1
,,0,2026-02-09T04:01:00Z,160,uptime,pve1
,,0,2026-02-09T04:07:00Z,520,uptime,pve1
,,0,2026-02-09T04:58:00Z,30,uptime,pve1
,,1,2026-02-09T04:00:00Z,7000,uptime,pve2
,,1,2026-02-09T04:01:00Z,7060,uptime,pve2
,,1,2026-02-09T04:02:00Z,7120,uptime,pve2
"

data = csv.from(csv: reports) |> range(start: -2h)

testcase last_words_of_each_host {
    got = data |> last() |> keep(columns: ["host", "_time", "_value"]) |> group() |> sort(columns: ["host"])
    want =
        array.from(
            rows: [
                {host: "pve1", _time: 2026-02-09T04:58:00Z, _value: 30.0},
                {host: "pve2", _time: 2026-02-09T04:02:00Z, _value: 7120.0},
            ],
        )

    testing.diff(got, want)
}

testcase longest_gap_of_a_host {
    got =
        data
            |> elapsed(unit: 1s)
            |> max(column: "elapsed")
            |> keep(columns: ["host", "_time", "elapsed"])
            |> group()
            |> sort(columns: ["host"])
    want =
        array.from(
            rows: [
                {host: "pve1", _time: 2026-02-09T04:58:00Z, elapsed: 3060},
                {host: "pve2", _time: 2026-02-09T04:01:00Z, elapsed: 60},
            ],
        )

    testing.diff(got, want)
}

testcase the_last_two_of_each {
    got = data |> tail(n: 2) |> keep(columns: ["host", "_value"]) |> group() |> sort(columns: ["host", "_value"])
    want =
        array.from(
            rows: [
                {host: "pve1", _value: 30.0},
                {host: "pve1", _value: 520.0},
                {host: "pve2", _value: 7060.0},
                {host: "pve2", _value: 7120.0},
            ],
        )

    testing.diff(got, want)
}

testcase a_counter_that_fell_was_reset {
    got =
        data
            |> difference()
            |> filter(fn: (r) => r._value < 0.0)
            |> keep(columns: ["host", "_time"])
            |> group()
    want = array.from(rows: [{host: "pve1", _time: 2026-02-09T04:58:00Z}])

    testing.diff(got, want)
}

testcase how_long_a_state_has_lasted {
    got =
        data
            |> filter(fn: (r) => r.host == "pve2")
            |> stateDuration(fn: (r) => r._value > 7000.0, unit: 1m)
            |> keep(columns: ["_value", "stateDuration"])
            |> group()
    want =
        array.from(
            rows: [
                {_value: 7000.0, stateDuration: -1},
                {_value: 7060.0, stateDuration: 0},
                {_value: 7120.0, stateDuration: 1},
            ],
        )

    testing.diff(got, want)
}

testcase who_is_dead {
    got =
        data
            |> monitor.deadman(t: 2026-02-09T04:30:00Z)
            |> keep(columns: ["host", "dead"])
            |> group()
            |> sort(columns: ["host"])
    want = array.from(rows: [{host: "pve1", dead: false}, {host: "pve2", dead: true}])

    testing.diff(got, want)
}
