// Functions that compute: forecasts, interpolation, lines, bits, and what tells two tables apart.
package mathematics_test

import "array"
import "bitwise"
import "contrib/anaisdg/statsmodels"
import "contrib/bonitoo-io/hex"
import "contrib/tomhollingworth/events"
import "experimental"
import "experimental/polyline"
import "generate"
import "interpolate"
import "math"
import "strings"
import "internal/promql"
import "testing"

line = generate.from(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T00:04:00Z, count: 4, fn: (n) => n * 10)
    |> range(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T00:04:00Z)
    |> toFloat()

testcase rows_between_rows_lie_on_a_line {
    got = array.from(
        rows: [
            {_time: 2026-01-01T00:00:10Z, _value: 1.0},
            {_time: 2026-01-01T00:01:10Z, _value: 7.0},
        ],
    )
        |> interpolate.linear(every: 20s)
    want = array.from(
        rows: [
            {_time: 2026-01-01T00:00:10Z, _value: 1.0},
            {_time: 2026-01-01T00:00:20Z, _value: 2.0},
            {_time: 2026-01-01T00:00:40Z, _value: 4.0},
            {_time: 2026-01-01T00:01:00Z, _value: 6.0},
            {_time: 2026-01-01T00:01:10Z, _value: 7.0},
        ],
    )

    testing.diff(got, want)
}

// A season of two that never changes goes on as it was.
testcase a_season_goes_on {
    got = array.from(
        rows: [
            {_time: 2026-01-01T00:00:00Z, _value: 1},
            {_time: 2026-01-01T00:01:00Z, _value: 5},
            {_time: 2026-01-01T00:02:00Z, _value: 1},
            {_time: 2026-01-01T00:03:00Z, _value: 5},
        ],
    )
        |> holtWinters(n: 2, interval: 1m, seasonality: 2)
    want = array.from(
        rows: [
            {_time: 2026-01-01T00:04:00Z, _value: 1.0},
            {_time: 2026-01-01T00:05:00Z, _value: 5.0},
        ],
    )

    testing.diff(got, want, epsilon: 0.01)
}

testcase a_trend_goes_on {
    got = line |> group() |> keep(columns: ["_time", "_value"]) |> holtWinters(n: 1, interval: 1m)
    want = array.from(rows: [{_time: 2026-01-01T00:04:00Z, _value: 40.0}])

    testing.diff(got, want, epsilon: 0.5)
}

testcase a_straight_line_needs_its_ends {
    got = line |> polyline.rdp(epsilon: 0.5) |> keep(columns: ["_value"])
    want = array.from(rows: [{_value: 0.0}, {_value: 30.0}])

    testing.diff(got, want)
}

testcase the_last_two_samples_have_a_rate {
    got = line |> promql.instantRate(isRate: true) |> keep(columns: ["_value"]) |> group()
    want = array.from(rows: [{_value: 10.0 / 60.0}])

    testing.diff(got, want)
}

testcase a_line_is_predicted_from_the_range_s_end {
    got = line |> promql.linearRegression(predict: true, fromNow: 60.0) |> keep(columns: ["_value"]) |> group()
    want = array.from(rows: [{_value: 50.0}])

    testing.diff(got, want)
}

testcase events_last_to_the_next_one {
    got = line |> events.duration(unit: 1m) |> keep(columns: ["duration"]) |> group()
    want = array.from(rows: [{duration: 1}, {duration: 1}, {duration: 1}, {duration: 1}])

    testing.diff(got, want)
}

testcase a_line_through_points {
    got = array.from(rows: [{_value: 1.0}, {_value: 3.0}, {_value: 5.0}])
        |> statsmodels.linearRegression()
        |> keep(columns: ["slope", "y_hat"])
    want = array.from(rows: [{slope: 2.0, y_hat: 1.0}, {slope: 2.0, y_hat: 3.0}, {slope: 2.0, y_hat: 5.0}])

    testing.diff(got, want)
}

testcase bits_and_digits {
    got = array.from(
        rows: [
            {
                a: bitwise.sxor(a: 5, b: 3),
                b: bitwise.srshift(a: -8, b: 70),
                c: hex.int(v: "-0xff"),
                d: hex.string(v: -255),
                e: hex.string(v: hex.bytes(v: "00ff7a")),
                f: bitwise.uclear(a: uint(v: 15), b: uint(v: 5)),
            },
        ],
    )
    want = array.from(rows: [{a: 6, b: -1, c: -255, d: "-ff", e: "00ff7a", f: uint(v: 10)}])

    testing.diff(got, want)
}

testcase rows_that_only_one_side_has_are_marked {
    got = array.from(rows: [{a: 1}, {a: 2}, {a: 4}])
        |> experimental.diff(want: array.from(rows: [{a: 1}, {a: 3}, {a: 4}]))
    want = array.from(rows: [{_diff: "", a: 1}, {_diff: "-", a: 3}, {_diff: "+", a: 2}, {_diff: "", a: 4}])

    testing.diff(got, want)
}

testcase each_row_meets_all_of_its_time {
    left = array.from(rows: [{_time: 2026-01-01T00:00:00Z, a: 1}, {_time: 2026-01-01T00:00:01Z, a: 2}])
    right = array.from(rows: [{_time: 2026-01-01T00:00:01Z, b: 5}, {_time: 2026-01-01T00:00:01Z, b: 6}])
    got = experimental.join(left: left, right: right, fn: (left, right) => ({left with b: right.b}))
    want = array.from(
        rows: [{_time: 2026-01-01T00:00:01Z, a: 2, b: 5}, {_time: 2026-01-01T00:00:01Z, a: 2, b: 6}],
    )

    testing.diff(got, want)
}

testcase words_and_places_are_go_s {
    got = array.from(
        rows: [
            {
                title: strings.title(v: "don't a_b c3po éa"),
                first: strings.indexAny(v: "aéè", chars: "è"),
                last: strings.lastIndexAny(v: "xéaé", chars: "é"),
                none: strings.indexAny(v: "é", chars: "è"),
                exponent: math.ilogb(x: 0.0),
            },
        ],
    )
    want = array.from(rows: [{title: "Don'T A_b C3po Éa", first: 3, last: 4, none: -1, exponent: -2147483648}])

    testing.diff(got, want)
}
