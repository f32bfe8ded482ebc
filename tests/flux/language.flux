// The language itself, where the unit tests of expressions do not reach: functions over rows.
package language_test

import "array"
import "testing"

rows = array.from(rows: [{a: 1, b: 2.5, s: "x1"}, {a: 2, b: -1.0, s: "y"}, {a: 3, b: 0.0, s: "x3"}])

testcase conditions_are_joined {
    got = rows |> filter(fn: (r) => (r.a > 1 and r.s =~ /^x/) or r.b < 0.0)
    want = array.from(rows: [{a: 2, b: -1.0, s: "y"}, {a: 3, b: 0.0, s: "x3"}])

    testing.diff(got, want)
}

testcase integers_and_floats_compare_in_rows {
    got = rows |> filter(fn: (r) => r.b > 0)
    want = array.from(rows: [{a: 1, b: 2.5, s: "x1"}])

    testing.diff(got, want)
}

testcase a_row_with_more {
    limit = 2
    got = rows |> map(fn: (r) => ({r with c: r.a * limit, d: if r.a > limit then "many" else "few"}))
    want =
        array.from(
            rows: [
                {a: 1, b: 2.5, s: "x1", c: 2, d: "few"},
                {a: 2, b: -1.0, s: "y", c: 4, d: "few"},
                {a: 3, b: 0.0, s: "x3", c: 6, d: "many"},
            ],
        )

    testing.diff(got, want)
}

testcase a_function_in_braces_sees_what_surrounds_it {
    scale = (by) =>
        (r) => {
            product = float(v: r.a) * by

            return {s: r.s, product: product, text: "${r.s}=${product}"}
        }
    got = rows |> map(fn: scale(by: 0.5)) |> filter(fn: (r) => r.product < 1.5)
    want = array.from(rows: [{s: "x1", product: 0.5, text: "x1=0.5"}, {s: "y", product: 1.0, text: "y=1"}])

    testing.diff(got, want)
}

testcase a_column_that_is_not_there_is_null {
    got = rows |> filter(fn: (r) => not exists r.z and r.a == 1) |> map(fn: (r) => ({a: r.a, z: r.z}))
    want = array.from(rows: [{a: 1}])

    testing.diff(got, want)
}

testcase and_looks_no_further_than_it_must {
    got = rows |> filter(fn: (r) => r.a > 1 and 6 / (r.a - 1) > 3)
    want = array.from(rows: [{a: 2, b: -1.0, s: "y"}])

    testing.diff(got, want)
}

testcase division_by_zero_is_an_error {
    testing.shouldError(
        fn: () => rows |> map(fn: (r) => ({x: 1 / (r.a - 1)})),
        want: /^62:23: map: cannot divide by zero$|cannot divide by zero/,
    )
}

testcase own_functions_take_pipes {
    above = (tables=<-, n=1) => tables |> filter(fn: (r) => r.a > n)
    got = rows |> above() |> above(n: 2)
    want = array.from(rows: [{a: 3, b: 0.0, s: "x3"}])

    testing.diff(got, want)
}
