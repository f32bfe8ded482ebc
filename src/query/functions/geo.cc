// The package experimental/geo: points, boxes, circles, polygons and lines on Earth, and the cells that rows are named
// by.

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "query/covering.h"
#include "query/function_set.h"
#include "query/region.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

constexpr double kEarthRadius = 6371.01;  // kilometres, as Flux has it
constexpr double kMile = 1.609344;

// How many of the units of the option are one radian.
Result<double> radius_of(const Call& call) {
  const Value* distance = call.value("units").as_record().find("distance");
  if (distance == nullptr || !distance->is(Type::String)) {
    return refuse("invalid units parameter: missing field: distance");
  }
  const std::string_view name = distance->as_string();
  if (name == "m") return kEarthRadius * 1000;
  if (name == "km") return kEarthRadius;
  if (name == "mile") return kEarthRadius / kMile;
  return refuse("invalid units parameter: unsupported distance unit '{}'", printable(name));
}

// The fields as numbers; nothing where the record has others, or more.
std::optional<std::vector<double>> fields_of(const Record& record, std::initializer_list<std::string_view> names) {
  if (record.fields().size() != names.size()) return std::nullopt;
  std::vector<double> out;
  for (const std::string_view name : names) {
    const Value* value = record.find(name);
    if (value == nullptr || !value->is(Type::Float)) return std::nullopt;
    out.push_back(value->as_float());
  }
  return out;
}

Result<Geometry> line_of(std::string_view text) {
  Polyline out;
  for (const std::string_view pair : split(text, ',')) {
    std::vector<double> numbers;
    for (const std::string_view word : split_blanks(pair)) {
      const auto number = parse_double(word);
      if (!number) return refuse("invalid linestring - \"{}\" is no number", printable(word));
      numbers.push_back(*number);
    }
    if (numbers.size() < 2) return refuse("invalid linestring - empty part");
    out.points.push_back(to_sphere({numbers[1], numbers[0]}));
  }
  return out;
}

Result<Geometry> geometry_of(const Call& call, std::string_view parameter, double radius) {
  const Record& record = call.value(parameter).as_record();
  if (const auto at = fields_of(record, {"lat", "lon"})) return LatLon{(*at)[0], (*at)[1]};
  if (const auto at = fields_of(record, {"lat", "lon", "radius"})) {
    return Circle{{(*at)[0], (*at)[1]}, (*at)[2] / radius};
  }
  if (const auto at = fields_of(record, {"minLat", "maxLat", "minLon", "maxLon"})) {
    const auto [south, north] = std::minmax((*at)[0], (*at)[1]);
    const auto [west, east] = std::minmax((*at)[2], (*at)[3]);
    return Box{{south, west}, {north, east}};
  }
  const Value* points = record.find("points");
  if (points != nullptr && points->is(Type::Array) && record.fields().size() == 1) {
    Polygon out;
    for (const Value& each : points->as_array().values()) {
      const auto at = each.is(Type::Record) ? fields_of(each.as_record(), {"lat", "lon"}) : std::nullopt;
      if (!at) return refuse("invalid polygon point specification - must have lat, lon fields");
      out.corners.push_back(to_sphere({(*at)[0], (*at)[1]}));
    }
    if (out.corners.size() < 3) return refuse("polygon must have at least 3 points");
    return out;
  }
  const Value* line = record.find("linestring");
  if (line != nullptr && line->is(Type::String) && record.fields().size() == 1) return line_of(line->as_string());
  return refuse("unsupported geometry specified for '{}'", parameter);
}

// What both functions of two shapes are given.
struct Shapes {
  double radius = 0;
  Geometry region;
  Geometry geometry;
};

Result<Shapes> shapes_of(Call& call) {
  const auto radius = radius_of(call);
  if (!radius) return fail(radius.error());
  auto region = geometry_of(call, "region", *radius);
  if (!region) return fail(region.error());
  auto geometry = geometry_of(call, "geometry", *radius);
  if (!geometry) return fail(geometry.error());
  return Shapes{*radius, std::move(*region), std::move(*geometry)};
}

Result<Value> st_contains(Call& call) {
  const auto shapes = shapes_of(call);
  if (!shapes) return fail(shapes.error());
  const auto& [radius, region, geometry] = *shapes;
  if (std::holds_alternative<LatLon>(region) || std::holds_alternative<Polyline>(region)) {
    return refuse("unsupported region type");
  }
  if (const auto* at = std::get_if<LatLon>(&geometry)) return Value::boolean(contains(region, to_sphere(*at)));
  const auto* line = std::get_if<Polyline>(&geometry);
  if (line == nullptr) return refuse("unsupported geometry type");
  return Value::boolean(
      std::ranges::all_of(line->points, [&](const SpherePoint& point) { return contains(region, point); }));
}

Result<Value> st_distance(Call& call) {
  const auto shapes = shapes_of(call);
  if (!shapes) return fail(shapes.error());
  const auto& [radius, region, geometry] = *shapes;
  if (std::holds_alternative<Polyline>(region)) return Value::floating(0);  // as Flux has it
  if (const auto* at = std::get_if<LatLon>(&geometry)) {
    return Value::floating(distance_to_point(region, to_sphere(*at)) * radius);
  }
  const auto* line = std::get_if<Polyline>(&geometry);
  if (line == nullptr) return refuse("unsupported geometry type");
  const auto distance = distance_to_line(call.context(), region, *line);
  if (!distance) return fail(distance.error());
  return Value::floating(*distance * radius);
}

Result<Value> st_length(Call& call) {
  const auto radius = radius_of(call);
  if (!radius) return fail(radius.error());
  const auto geometry = geometry_of(call, "geometry", *radius);
  if (!geometry) return fail(geometry.error());
  if (std::holds_alternative<LatLon>(*geometry)) return Value::floating(0);
  const auto* line = std::get_if<Polyline>(&*geometry);
  if (line == nullptr) return refuse("unsupported geometry type");
  double sum = 0;
  for (size_t i = 1; i < line->points.size(); ++i) sum += angle(line->points[i - 1], line->points[i]);
  return Value::floating(sum * *radius);
}

Result<S2Cell> cell_of(const Call& call) {
  const auto cell = S2Cell::of_token(call.text("token"));
  if (!cell) return refuse("invalid token specified");
  return *cell;
}

Result<Value> cell_token(Call& call) {
  const int64_t level = call.integer("level");
  if (level < 1 || level > S2Cell::kMostLevel) return refuse("level value must be [1, 30]");
  if (!call.text("token").empty()) {
    const auto cell = cell_of(call);
    if (!cell || level > cell->level()) {
      return refuse("invalid token specified or requested level greater then current level");
    }
    return Value::string(cell->parent(static_cast<int>(level)).token());
  }
  if (!call.has("point")) return refuse("either token or point parameter must be specified");
  const auto at = fields_of(call.value("point").as_record(), {"lat", "lon"});
  if (!at) return refuse("invalid point specification - must have lat, lon fields");
  if (!std::isfinite((*at)[0]) || !std::isfinite((*at)[1])) return refuse("invalid coordinates");
  return Value::string(S2Cell::at(LatLon{(*at)[0], (*at)[1]}).parent(static_cast<int>(level)).token());
}

Result<Value> cell_level(Call& call) {
  const auto cell = cell_of(call);
  if (!cell) return fail(cell.error());
  return Value::integer(cell->level());
}

Result<Value> cell_place(Call& call) {
  const auto cell = cell_of(call);
  if (!cell) return fail(cell.error());
  const LatLon at = cell->centre();
  std::vector<Record::Field> fields;
  fields.emplace_back(Text("lat"), Value::floating(at.lat));
  fields.emplace_back(Text("lon"), Value::floating(at.lon));
  return Value::record(std::move(fields));
}

// A region's cells: of the level that is asked for, or of the first that has `least` of them and no more than `most`.
struct Grid {
  int level = -1;
  std::vector<S2Cell> cells;
};

Result<Grid> grid_of(Call& call, const Geometry& region) {
  constexpr int64_t kUsualMost = 100;
  const int64_t level = call.integer("level", -1);
  if (level > S2Cell::kMostLevel) return refuse("invalid level ({}, must be <= {})", level, S2Cell::kMostLevel);
  if (level >= 0) {
    auto cells = covering(call.context(), region, static_cast<int>(level));
    if (!cells) return fail(cells.error());
    return Grid{static_cast<int>(level), std::move(*cells)};
  }
  const int64_t deepest = call.integer("maxLevel", -1);
  const int64_t least = std::max<int64_t>(call.integer("minSize", -1), 0);
  int64_t most = std::max<int64_t>(call.integer("maxSize", -1), 0);
  if (deepest > S2Cell::kMostLevel) {
    return refuse("invalid maxLevel ({}, must be < {})", deepest, S2Cell::kMostLevel);
  }
  if (least == 0 && most == 0) return refuse("either minSize or maxSize must be specified");
  if (least > 0 && most > 0 && least > most) return refuse("minSize > maxSize ({} > {})", least, most);
  if (most == 0) most = kUsualMost;
  Grid out;
  const auto last = deepest > 0 ? static_cast<int>(deepest) : S2Cell::kMostLevel;
  for (int at = 1; at <= last; ++at) {
    auto cells = covering(call.context(), region, at);
    if (!cells) return fail(cells.error());
    const auto size = static_cast<int64_t>(cells->size());
    if (size > most) break;
    out = {at, std::move(*cells)};
    if (least > 0 && size >= least) break;
  }
  if (static_cast<int64_t>(out.cells.size()) < least && deepest <= 0) return Grid{};
  return out;
}

Result<Value> get_grid(Call& call) {
  const auto radius = radius_of(call);
  if (!radius) return fail(radius.error());
  const auto region = geometry_of(call, "region", *radius);
  if (!region) return fail(region.error());
  if (std::holds_alternative<LatLon>(*region) || std::holds_alternative<Polyline>(*region)) {
    return refuse("unsupported region type");
  }
  const auto grid = grid_of(call, *region);
  if (!grid) return fail(grid.error());
  std::vector<Value> set;
  for (const S2Cell cell : grid->cells) set.push_back(Value::string(cell.token()));
  std::vector<Record::Field> fields;
  fields.emplace_back(Text("level"), Value::integer(set.empty() ? -1 : grid->level));
  fields.emplace_back(Text("set"), Value::array(std::move(set)));
  return Value::record(std::move(fields));
}

constexpr std::string_view kPackage = "experimental/geo";
constexpr Parameter kRegion{"region", kRecord, Need::Required};
constexpr Parameter kGeometry{"geometry", kRecord, Need::Required};
constexpr Parameter kUnits{"units", kRecord, Need::Required};
constexpr Parameter kToken{"token", kString, Need::Required};

constexpr Builtin kBuiltins[] = {
    {kPackage, "stContains", {kRegion, kGeometry, kUnits}, st_contains},
    {kPackage, "stDistance", {kRegion, kGeometry, kUnits}, st_distance},
    {kPackage, "stLength", {kGeometry, kUnits}, st_length},
    {kPackage,
     "getGrid",
     {kRegion, {"minSize", kInt}, {"maxSize", kInt}, {"level", kInt}, {"maxLevel", kInt}, kUnits},
     get_grid},
    {kPackage, "s2CellIDToken", {{"token", kString}, {"point", kRecord}, {"level", kInt, Need::Required}}, cell_token},
    {kPackage, "getLevel", {kToken}, cell_level},
    {kPackage, "s2CellLatLon", {kToken}, cell_place},
};

constexpr Prelude kPreludes[] = {{kPackage, R"(
import "experimental"
import "influxdata/influxdb/schema"

option units = {distance: "km"}

ST_Contains = (region, geometry, units=units) => stContains(region: region, geometry: geometry, units: units)
ST_Distance = (region, geometry, units=units) => stDistance(region: region, geometry: geometry, units: units)
ST_DWithin = (region, geometry, distance, units=units) =>
    stDistance(region: region, geometry: geometry, units: units) <= distance
ST_Intersects = (region, geometry, units=units) => stDistance(region: region, geometry: geometry, units: units) <= 0.0
ST_Length = (geometry, units=units) => stLength(geometry: geometry, units: units)
ST_LineString = (tables=<-) => tables
    |> reduce(
        identity: {__linestring: "", __count: 0},
        fn: (r, accumulator) => ({
            __linestring: accumulator.__linestring + (if accumulator.__count > 0 then ", " else "")
                + string(v: r.lon) + " " + string(v: r.lat),
            __count: accumulator.__count + 1,
        }),
    )
    |> drop(columns: ["__count"])
    |> rename(columns: {__linestring: "st_linestring"})

toRows = (tables=<-) => tables |> schema.fieldsAsCols()

shapeData = (tables=<-, latField, lonField, level) => tables
    |> map(fn: (r) => ({r with
        _field: if r._field == latField then "lat" else if r._field == lonField then "lon" else r._field}))
    |> toRows()
    |> map(fn: (r) => ({r with s2_cell_id: s2CellIDToken(point: {lat: r.lat, lon: r.lon}, level: level)}))
    |> experimental.group(columns: ["s2_cell_id"], mode: "extend")

strictFilter = (tables=<-, region) => tables
    |> filter(fn: (r) => ST_Contains(region: region, geometry: {lat: r.lat, lon: r.lon}))

// The level of the cells that rows are named by; those of the smallest where there are no rows.
_levelOf = (tables=<-) => {
    first = tables |> findRecord(fn: (key) => true, idx: 0)
    return if exists first.s2_cell_id then getLevel(token: first.s2_cell_id) else 30
}

gridFilter = (tables=<-, region, minSize=24, maxSize=-1, level=-1, s2cellIDLevel=-1, units=units) => {
    named = if s2cellIDLevel == -1 then tables |> _levelOf() else s2cellIDLevel
    grid = getGrid(region: region, minSize: minSize, maxSize: maxSize, level: level, maxLevel: named, units: units)
    return if grid.level < 1 then tables |> filter(fn: (r) => false)
        else if grid.level == named then tables |> filter(fn: (r) => contains(value: r.s2_cell_id, set: grid.set))
        else tables |> filter(fn: (r) =>
            contains(value: s2CellIDToken(token: r.s2_cell_id, level: grid.level), set: grid.set))
}

// A strict filter leaves the same rows with the grid before it and without.
filterRows = (tables=<-, region, minSize=24, maxSize=-1, level=-1, s2cellIDLevel=-1, strict=true) => {
    names = tables |> columns(column: "columns") |> findColumn(fn: (key) => true, column: "columns")
    near = if strict then tables else tables |> gridFilter(
        region: region,
        minSize: minSize,
        maxSize: maxSize,
        level: level,
        s2cellIDLevel: s2cellIDLevel,
    )
    rows = if contains(value: "lat", set: names) then near else near |> toRows()
    return if strict then rows |> strictFilter(region: region) else rows
}

groupByArea = (tables=<-, newColumn, level, s2cellIDLevel=-1) => tables
    |> map(fn: (r) => ({r with ____area:
        if exists r.s2_cell_id and getLevel(token: r.s2_cell_id) == level then r.s2_cell_id
        else s2CellIDToken(point: {lat: r.lat, lon: r.lon}, level: level)}))
    |> rename(columns: {____area: newColumn})
    |> group(columns: [newColumn])

asTracks = (tables=<-, groupBy=["id", "tid"], orderBy=["_time"]) => tables
    |> group(columns: groupBy)
    |> sort(columns: orderBy)

totalDistance = (tables=<-, outputColumn="_value") => tables
    |> reduce(
        identity: {index: 0, lat: 0.0, lon: 0.0, totalDistance: 0.0},
        fn: (r, accumulator) => {
            before = if accumulator.index == 0 then {lat: r.lat, lon: r.lon}
                else {lat: accumulator.lat, lon: accumulator.lon}
            return {
                index: accumulator.index + 1,
                lat: r.lat,
                lon: r.lon,
                totalDistance: accumulator.totalDistance
                    + ST_Distance(region: before, geometry: {lat: r.lat, lon: r.lon}),
            }
        },
    )
    |> drop(columns: ["index", "lat", "lon"])
    |> rename(columns: {totalDistance: outputColumn})
)"}};

}  // namespace

extern const FunctionSet geo_function_set;
const FunctionSet geo_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
