// The package experimental/geo: points, boxes, circles, polygons and lines on Earth, and the cells that rows are named
// by. Coverings of regions by cells (getGrid, gridFilter) are not among it.

#include <algorithm>
#include <cmath>
#include <variant>

#include "base/text.h"
#include "query/function_set.h"
#include "query/sphere.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

constexpr double kEarthRadius = 6371.01;  // kilometres, as Flux has it
constexpr double kMile = 1.609344;
constexpr double kRadian = 180 / 3.14159265358979323846;

struct Box {
  LatLon least, most;
};
struct Circle {
  LatLon centre;
  double radius = 0;  // in radians
};
struct Polygon {
  std::vector<SpherePoint> corners;
};
struct Polyline {
  std::vector<SpherePoint> points;
};
using Geometry = std::variant<LatLon, Box, Circle, Polygon, Polyline>;

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

bool within(double low, double value, double high) { return low <= value && value <= high; }

bool contains(const Geometry& region, const SpherePoint& point) {
  if (const auto* box = std::get_if<Box>(&region)) {
    const LatLon at = to_degrees(point);
    return within(box->least.lat, at.lat, box->most.lat) && within(box->least.lon, at.lon, box->most.lon);
  }
  if (const auto* circle = std::get_if<Circle>(&region)) {
    return angle(to_sphere(circle->centre), point) <= circle->radius;
  }
  const auto* polygon = std::get_if<Polygon>(&region);
  return polygon != nullptr && inside_polygon(point, polygon->corners);
}

// The border as arcs, one after the other.
std::vector<SpherePoint> border_of(const Geometry& geometry) {
  if (const auto* line = std::get_if<Polyline>(&geometry)) return line->points;
  std::vector<SpherePoint> out;
  if (const auto* polygon = std::get_if<Polygon>(&geometry)) out = polygon->corners;
  if (const auto* box = std::get_if<Box>(&geometry)) {
    const auto [south, west] = box->least;
    const auto [north, east] = box->most;
    for (const LatLon corner : {LatLon{south, west}, LatLon{south, east}, LatLon{north, east}, LatLon{north, west}}) {
      out.push_back(to_sphere(corner));
    }
  }
  if (!out.empty()) out.push_back(out.front());
  return out;
}

double to_border(const SpherePoint& point, const std::vector<SpherePoint>& border) {
  double least = border.size() == 1 ? angle(point, border[0]) : 4;
  for (size_t i = 1; i < border.size(); ++i) least = std::min(least, angle_to_edge(point, border[i - 1], border[i]));
  return least;
}

// A box has parallels for borders, which are no arcs.
double to_box(const Box& box, const SpherePoint& point) {
  const LatLon at = to_degrees(point);
  if (within(box.least.lon, at.lon, box.most.lon)) {
    return std::max({0.0, at.lat - box.most.lat, box.least.lat - at.lat}) / kRadian;
  }
  double least = 4;
  for (const double lon : {box.least.lon, box.most.lon}) {
    least = std::min(least, angle_to_edge(point, to_sphere({box.least.lat, lon}), to_sphere({box.most.lat, lon})));
  }
  return least;
}

double to_point(const Geometry& region, const SpherePoint& point) {
  if (const auto* at = std::get_if<LatLon>(&region)) return angle(to_sphere(*at), point);
  if (const auto* circle = std::get_if<Circle>(&region)) {
    return std::max(angle(to_sphere(circle->centre), point) - circle->radius, 0.0);
  }
  if (const auto* box = std::get_if<Box>(&region)) return to_box(*box, point);
  return contains(region, point) ? 0 : to_border(point, border_of(region));
}

Result<double> to_line(Context& context, const Geometry& region, const Polyline& line) {
  if (const auto* at = std::get_if<LatLon>(&region)) return to_border(to_sphere(*at), line.points);
  if (const auto* circle = std::get_if<Circle>(&region)) {
    return std::max(to_border(to_sphere(circle->centre), line.points) - circle->radius, 0.0);
  }
  const auto border = border_of(region);
  if (auto ok = context.step(border.size() * line.points.size()); !ok) return fail(ok.error());
  double least = 4;
  for (const SpherePoint& point : line.points) {
    least = std::min(least, contains(region, point) ? 0.0 : to_border(point, border));
  }
  for (size_t i = 1; i < border.size(); ++i) {
    for (size_t j = 1; j < line.points.size(); ++j) {
      least = std::min(least, angle_between_edges(border[i - 1], border[i], line.points[j - 1], line.points[j]));
    }
  }
  return least;
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
    return Value::floating(to_point(region, to_sphere(*at)) * radius);
  }
  const auto* line = std::get_if<Polyline>(&geometry);
  if (line == nullptr) return refuse("unsupported geometry type");
  const auto distance = to_line(call.context(), region, *line);
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
  return Value::string(S2Cell::at({(*at)[0], (*at)[1]}).parent(static_cast<int>(level)).token());
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

constexpr std::string_view kPackage = "experimental/geo";
constexpr Parameter kRegion{"region", kRecord, Need::Required};
constexpr Parameter kGeometry{"geometry", kRecord, Need::Required};
constexpr Parameter kUnits{"units", kRecord, Need::Required};
constexpr Parameter kToken{"token", kString, Need::Required};

constexpr Builtin kBuiltins[] = {
    {kPackage, "stContains", {kRegion, kGeometry, kUnits}, st_contains},
    {kPackage, "stDistance", {kRegion, kGeometry, kUnits}, st_distance},
    {kPackage, "stLength", {kGeometry, kUnits}, st_length},
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

// A strict filter leaves the same rows with the grid before it and without.
filterRows = (tables=<-, region, minSize=24, maxSize=-1, level=-1, s2cellIDLevel=-1, strict=true) => {
    names = tables |> columns(column: "columns") |> findColumn(fn: (key) => true, column: "columns")
    rows = if contains(value: "lat", set: names) then tables else tables |> toRows()
    return if strict then rows |> strictFilter(region: region)
        else die(msg: "geo.filterRows without `strict` is not supported")
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
