// What the language's documentation shows of functions whose details are easily got wrong.
package documentation_test

import "array"
import "date/boundaries"
import "experimental/geo"
import "generate"
import "join"
import "math"
import "sampledata"
import "testing"

option geo.units = {distance: "mile"}

left = array.from(rows: [{id: 1, l: "a"}, {id: 2, l: "b"}, {id: 4, l: "d"}])
right = array.from(rows: [{id: 1, r: 0.4}, {id: 3, r: 0.5}, {id: 4, r: 0.6}])

testcase joined_rows_come_in_the_order_of_what_is_compared {
    got =
        join.full(
            left: left,
            right: right,
            on: (l, r) => l.id == r.id,
            as: (l, r) => ({id: if exists l.id then l.id else r.id, has: exists l.l and exists r.r}),
        )
    want =
        array.from(
            rows: [
                {id: 1, has: true},
                {id: 2, has: false},
                {id: 3, has: false},
                {id: 4, has: true},
            ],
        )

    testing.diff(got, want)
}

testcase a_right_join_keeps_its_order {
    got =
        join.right(
            left: left,
            right: right,
            on: (l, r) => l.id == r.id,
            as: (l, r) => ({id: r.id, r: r.r}),
        )

    testing.diff(got, want: right)
}

testcase the_first_value_is_a_step_from_zero {
    got = sampledata.int() |> relativeStrengthIndex(n: 3) |> keep(columns: ["tag", "_value"])
    want =
        array.from(
            rows: [
                {tag: "t1", _value: 84.375},
                {tag: "t1", _value: 73.97260273972603},
                {tag: "t1", _value: 36.672325976230894},
                {tag: "t2", _value: 70.27027027027026},
                {tag: "t2", _value: 59.42857142857142},
                {tag: "t2", _value: 40.625},
            ],
        )
            |> group(columns: ["tag"])

    testing.diff(got, want, epsilon: 0.000000001)
}

testcase generated_rows_have_a_time_and_a_value {
    got = generate.from(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T00:02:00Z, count: 2, fn: (n) => n + 1)
    want =
        array.from(
            rows: [{_time: 2026-01-01T00:00:00Z, _value: 1}, {_time: 2026-01-01T00:01:00Z, _value: 2}],
        )

    testing.diff(got, want)
}

testcase negative_numbers_wrap_around {
    got = sampledata.float() |> toUInt() |> filter(fn: (r) => r._value > uint(v: 100)) |> keep(columns: ["_value"])
    want =
        array.from(
            rows: [
                {_value: uint(v: "18446744073709551614")},
                {_value: uint(v: "18446744073709551613")},
            ],
        )

    testing.diff(got, want)
}

testcase an_option_of_a_package_counts_in_its_functions {
    got =
        array.from(
            rows: [
                {lat: 85.1, lon: 42.2},
                {lat: 71.3, lon: 50.8},
                {lat: 63.1, lon: 62.3},
                {lat: 50.6, lon: 74.9},
            ],
        )
            |> geo.totalDistance()
    want = array.from(rows: [{_value: 2583.129833073356}])

    testing.diff(got, want)
}

testcase the_inverse_of_erf_is_exact_near_one {
    got =
        array.from(rows: [{x: 4.97}, {x: -3.75}, {x: 1.86}, {x: 0.1}])
            |> map(fn: (r) => ({d: math.erfcinv(x: math.erfc(x: r.x)) - r.x}))
    want = array.from(rows: [{d: 0.0}, {d: 0.0}, {d: 0.0}, {d: 0.0}])

    testing.diff(got, want, epsilon: 0.000001)
}

testcase sample_data_has_its_nulls {
    got = sampledata.int(includeNull: true) |> filter(fn: (r) => exists r._value) |> sum()
    want = array.from(rows: [{tag: "t1", _value: 9}, {tag: "t2", _value: 21}]) |> group(columns: ["tag"])

    testing.assertEquals(name: "sums", got: got, want: want)
        |> filter(fn: (r) => false)
}

testcase weeks_begin_on_monday {
    option now = () => 2022-05-10T11:22:33Z

    got = array.from(rows: [boundaries.week(), boundaries.week(week_offset: 1), boundaries.tuesday()])
    want =
        array.from(
            rows: [
                {start: 2022-05-09T00:00:00Z, stop: 2022-05-16T00:00:00Z},
                {start: 2022-05-16T00:00:00Z, stop: 2022-05-23T00:00:00Z},
                {start: 2022-05-03T00:00:00Z, stop: 2022-05-04T00:00:00Z},
            ],
        )

    testing.diff(got, want)
}

near = {lat: 40.69335938, lon: -73.30078125, radius: 20.0}
places =
    array.from(
        rows: [
            {id: "a", lat: 40.7, lon: -73.3},
            {id: "b", lat: 40.7, lon: -74.2},
        ],
    )
        |> map(fn: (r) => ({r with s2_cell_id: geo.s2CellIDToken(point: {lat: r.lat, lon: r.lon}, level: 11)}))
        |> group(columns: ["s2_cell_id"])

testcase rows_far_from_a_region_are_left_out_by_their_cells {
    got = places |> geo.gridFilter(region: near) |> group() |> keep(columns: ["id"])
    want = array.from(rows: [{id: "a"}])

    testing.diff(got, want)
}

testcase without_strictness_cells_decide {
    got = places |> geo.filterRows(region: near, strict: false) |> group() |> keep(columns: ["id"])
    want = array.from(rows: [{id: "a"}])

    testing.diff(got, want)
}

testcase a_grid_is_as_fine_as_it_needs_to_be {
    grid = geo.getGrid(region: near, minSize: 9, units: {distance: "km"})
    got = array.from(rows: [{enough: length(arr: grid.set) >= 9, level: grid.level}])
    want = array.from(rows: [{enough: true, level: 9}])

    testing.diff(got, want)
}
