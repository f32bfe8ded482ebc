// Windows of time, as dashboards ask for them.
package windows_test

import "csv"
import "testing"

option now = () => 2026-03-29T06:00:00Z

load =
    "
#datatype,string,long,dateTime:RFC3339,double,string
#group,false,false,false,false,true
#default,_result,,,,
,result,table,_time,_value,host
,,0,2026-03-29T00:00:00Z,1,a
,,0,2026-03-29T00:04:59.999999999Z,3,a
,,0,2026-03-29T00:05:00Z,5,a
,,0,2026-03-29T00:16:00Z,7,a
"

data = csv.from(csv: load) |> range(start: 2026-03-29T00:00:00Z, stop: 2026-03-29T00:20:00Z)

testcase means_with_the_end_as_time {
    got = data |> aggregateWindow(every: 5m, fn: mean, createEmpty: false) |> drop(columns: ["_start", "_stop"])
    want =
        csv.from(
            csv:
                "
#datatype,string,long,dateTime:RFC3339,double,string
#group,false,false,false,false,true
#default,_result,,,,
,result,table,_time,_value,host
,,0,2026-03-29T00:05:00Z,2,a
,,0,2026-03-29T00:10:00Z,5,a
,,0,2026-03-29T00:20:00Z,7,a
",
        )

    testing.diff(got, want)
}

testcase empty_windows_count_nothing {
    got = data |> aggregateWindow(every: 5m, fn: count) |> drop(columns: ["_start", "_stop"])
    want =
        csv.from(
            csv:
                "
#datatype,string,long,dateTime:RFC3339,long,string
#group,false,false,false,false,true
#default,_result,,,,
,result,table,_time,_value,host
,,0,2026-03-29T00:05:00Z,2,a
,,0,2026-03-29T00:10:00Z,1,a
,,0,2026-03-29T00:15:00Z,0,a
,,0,2026-03-29T00:20:00Z,1,a
",
        )

    testing.diff(got, want)
}

testcase an_own_function_of_a_window {
    width = (column, tables=<-) => tables |> spread(column: column)
    got =
        data
            |> aggregateWindow(every: 5m, fn: width, createEmpty: false)
            |> drop(columns: ["_start", "_stop"])
            |> limit(n: 1)
    want =
        csv.from(
            csv:
                "
#datatype,string,long,dateTime:RFC3339,double,string
#group,false,false,false,false,true
#default,_result,,,,
,result,table,_time,_value,host
,,0,2026-03-29T00:05:00Z,2,a
",
        )

    testing.diff(got, want)
}

// Whatever order the tables of a text have, range() gives them in the order of their keys.
testcase a_range_orders_tables_by_key {
    got =
        csv.from(
            csv:
                "
#datatype,string,long,dateTime:RFC3339,double,string
#group,false,false,false,false,true
#default,_result,,,,
,result,table,_time,_value,host
,,0,2026-03-29T00:00:00Z,1,b
,,1,2026-03-29T00:00:00Z,2,a
",
        )
            |> range(start: 2026-03-29T00:00:00Z, stop: 2026-03-29T00:20:00Z)
            |> group()
            |> cumulativeSum()
            |> keep(columns: ["host", "_value"])
    want =
        csv.from(
            csv:
                "
#datatype,string,long,double,string
#group,false,false,false,false
#default,_result,,,
,result,table,_value,host
,,0,2,a
,,0,3,b
",
        )

    testing.diff(got, want)
}
