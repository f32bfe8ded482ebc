// What is wrong with a query is worded as Flux words it.
package errors_test

import "array"
import "join"
import "sampledata"
import "testing"

data = sampledata.int()
joined = (on, as=(l, r) => l, method="inner") =>
    () => join.tables(left: data, right: data, on: on, as: as, method: method)

testcase joins_compare_columns_for_equality {
    testing.shouldError(
        fn: joined(on: (l, r) => l._value > r._value),
        want: /yet supported in the `on` parameter: unsupported operator in join predicate: >$/,
    )
}

testcase joins_compare_all_columns {
    testing.shouldError(
        fn: joined(on: (l, r) => l.tag == r.tag or l._value == r._value),
        want: /unsupported operator in join predicate: or$/,
    )
}

testcase joins_compare_columns_of_both_sides {
    testing.shouldError(
        fn: joined(on: (l, r) => l.tag == l.tag),
        want: /must reference `l` or `r` only, and may not reference the same object$/,
    )
}

testcase joins_compare_columns_alone {
    testing.shouldError(
        fn: joined(on: (l, r) => l.tag == "t1"),
        want: /right side of comparison is not a member expression$/,
    )
}

testcase joins_need_their_columns {
    testing.shouldError(
        fn: joined(on: (l, r) => l.tag == r.nope),
        want: /cannot set join columns in right table stream: table is missing column 'nope'$/,
    )
}

testcase joins_leave_the_group_key_alone {
    testing.shouldError(
        fn: joined(on: (l, r) => l._time == r._time, as: (l, r) => ({v: l._value})),
        want: /join cannot modify group key: output record has a missing or invalid value for column 'tag:string'$/,
    )
}

testcase joins_are_of_four_kinds {
    testing.shouldError(
        fn: joined(on: (l, r) => l.tag == r.tag, method: "outer"),
        want: /invalid argument for 'method' - must be "inner", "left", "right", or "full"$/,
    )
}

testcase texts_that_are_no_numbers {
    testing.shouldError(
        fn: () => int(v: "12 monkeys"),
        want: /cannot convert string "12 monkeys" to int due to invalid syntax$/,
    )
}

testcase elements_that_are_not_there {
    testing.shouldError(fn: () => [1, 2][5], want: /cannot access element 5 of array of length 2$/)
}

testcase functions_have_the_name_that_the_query_calls {
    testing.shouldError(
        fn: () => data |> aggregateWindow(every: 1m, fn: mean),
        want: /: aggregateWindow: nil bounds passed to window; use range to set the window range$/,
    )
}
