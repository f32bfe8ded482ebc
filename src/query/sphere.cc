#include "query/sphere.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::query {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

double dot(const SpherePoint& a, const SpherePoint& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
SpherePoint cross(const SpherePoint& a, const SpherePoint& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
double length(const SpherePoint& a) { return std::sqrt(dot(a, a)); }

// Where the Hilbert curve goes: which quarter comes when, by the orientation that it enters with.
constexpr int kSwap = 1;
constexpr int kInvert = 2;
constexpr int kQuarterToPosition[4][4] = {{0, 1, 3, 2}, {0, 3, 1, 2}, {2, 3, 1, 0}, {2, 1, 3, 0}};
constexpr int kPositionToQuarter[4][4] = {{0, 1, 3, 2}, {0, 2, 3, 1}, {3, 2, 0, 1}, {3, 1, 0, 2}};
constexpr int kTurn[4] = {kSwap, 0, 0, kInvert | kSwap};

struct OnFace {
  int face = 0;
  double u = 0, v = 0;
};

OnFace project(const SpherePoint& p) {
  const double size[] = {std::fabs(p.x), std::fabs(p.y), std::fabs(p.z)};
  const auto axis = std::max_element(size, size + 3) - size;
  const double along = axis == 0 ? p.x : axis == 1 ? p.y : p.z;
  switch (static_cast<int>(axis) + (along < 0 ? 3 : 0)) {
    case 0: return {0, p.y / p.x, p.z / p.x};
    case 1: return {1, -p.x / p.y, p.z / p.y};
    case 2: return {2, -p.x / p.z, -p.y / p.z};
    case 3: return {3, p.z / p.x, p.y / p.x};
    case 4: return {4, p.z / p.y, -p.x / p.y};
    default: return {5, -p.y / p.z, -p.x / p.z};
  }
}

SpherePoint unproject(const OnFace& at) {
  switch (at.face) {
    case 0: return {1, at.u, at.v};
    case 1: return {-at.u, 1, at.v};
    case 2: return {-at.u, -at.v, 1};
    case 3: return {-1, -at.v, -at.u};
    case 4: return {at.v, -1, -at.u};
    default: return {at.v, at.u, -1};
  }
}

// Between a face's plane and a square whose cells are about equally large.
double to_square(double u) { return u >= 0 ? 0.5 * std::sqrt(1 + 3 * u) : 1 - 0.5 * std::sqrt(1 - 3 * u); }
double from_square(double s) { return s >= 0.5 ? (4 * s * s - 1) / 3 : (1 - 4 * (1 - s) * (1 - s)) / 3; }

uint64_t place_in_square(double u) {
  const double cells = 1 << S2Cell::kMostLevel;
  return static_cast<uint64_t>(std::clamp(std::floor(to_square(u) * cells), 0.0, cells - 1));
}

}  // namespace

SpherePoint to_sphere(LatLon at) {
  const double lat = at.lat * kDegree;
  const double lon = at.lon * kDegree;
  return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}

LatLon to_degrees(const SpherePoint& p) {
  return {std::atan2(p.z, std::sqrt(p.x * p.x + p.y * p.y)) / kDegree, std::atan2(p.y, p.x) / kDegree};
}

double angle(const SpherePoint& a, const SpherePoint& b) { return std::atan2(length(cross(a, b)), dot(a, b)); }

double angle_to_edge(const SpherePoint& point, const SpherePoint& a, const SpherePoint& b) {
  const SpherePoint normal = cross(a, b);
  const double size = length(normal);
  const double ends = std::min(angle(point, a), angle(point, b));
  if (size == 0) return ends;
  // Whether the foot of the point lies between the ends.
  const bool between = dot(cross(normal, a), point) > 0 && dot(cross(b, normal), point) > 0;
  return between ? std::min(ends, std::fabs(std::asin(std::clamp(dot(point, normal) / size, -1.0, 1.0)))) : ends;
}

double angle_between_edges(const SpherePoint& a, const SpherePoint& b, const SpherePoint& c, const SpherePoint& d) {
  const auto side = [](const SpherePoint& p, const SpherePoint& q, const SpherePoint& r) {
    return dot(cross(p, q), r);
  };
  const double acb = -side(a, b, c);
  const double bda = side(a, b, d);
  const double cbd = -side(c, d, b);
  const double dac = side(c, d, a);
  const auto same_sign = [](double p, double q) { return p * q > 0; };
  if (same_sign(acb, bda) && same_sign(bda, cbd) && same_sign(cbd, dac)) return 0;
  return std::min({angle_to_edge(a, c, d), angle_to_edge(b, c, d), angle_to_edge(c, a, b), angle_to_edge(d, a, b)});
}

bool inside_polygon(const SpherePoint& point, const std::vector<SpherePoint>& corners) {
  SpherePoint middle;
  for (const SpherePoint& corner : corners) {
    middle.x += corner.x;
    middle.y += corner.y;
    middle.z += corner.z;
  }
  if (dot(middle, point) <= 0) return false;  // the part behind the horizon looks the same from here
  // How far the view turns that follows the border.
  double turned = 0;
  for (size_t i = 0; i < corners.size(); ++i) {
    const SpherePoint from = cross(point, corners[i]);
    const SpherePoint to = cross(point, corners[(i + 1) % corners.size()]);
    turned += std::atan2(dot(point, cross(from, to)), dot(from, to));
  }
  return std::fabs(turned) > std::numbers::pi;
}

S2Cell S2Cell::at(LatLon place) { return at(to_sphere(place)); }

S2Cell S2Cell::at(const SpherePoint& place) {
  const OnFace on = project(place);
  const uint64_t i = place_in_square(on.u);
  const uint64_t j = place_in_square(on.v);
  uint64_t position = 0;
  int orientation = on.face & kSwap;
  for (int bit = kMostLevel - 1; bit >= 0; --bit) {
    const auto quarter = (i >> bit & 1) << 1 | (j >> bit & 1);
    const int next = kQuarterToPosition[orientation][quarter];
    position = position << 2 | static_cast<uint64_t>(next);
    orientation ^= kTurn[next];
  }
  return S2Cell(static_cast<uint64_t>(on.face) << 61 | position << 1 | 1);
}

std::optional<S2Cell> S2Cell::of_token(std::string_view token) {
  if (token.empty() || token.size() > 16) return std::nullopt;
  std::string digits(token);
  digits.append(16 - token.size(), '0');
  const auto id = parse_int<uint64_t>(digits, 16);
  // Three bits of a face, then pairs, then a one and zeros.
  if (!id || *id == 0 || *id >> 61 > 5 || std::countr_zero(*id) % 2 != 0) return std::nullopt;
  return S2Cell(*id);
}

int S2Cell::level() const { return kMostLevel - std::countr_zero(id_) / 2; }

S2Cell S2Cell::parent(int level) const {
  const uint64_t last = uint64_t{1} << (2 * (kMostLevel - level));
  return S2Cell((id_ & (0 - last)) | last);
}

S2Cell S2Cell::of_face(int face) { return S2Cell(static_cast<uint64_t>(face) << 61 | uint64_t{1} << 60); }

std::array<S2Cell, 4> S2Cell::children() const {
  // The one behind the number moves by a pair, and makes room for the number of the quarter.
  const uint64_t last = id_ & (0 - id_);
  const uint64_t first = id_ - last + (last >> 2);
  const uint64_t step = last >> 1;
  return {S2Cell(first), S2Cell(first + step), S2Cell(first + 2 * step), S2Cell(first + 3 * step)};
}

LatLon S2Cell::centre() const { return to_degrees(inside(0.5, 0.5)); }

std::array<SpherePoint, 4> S2Cell::corners() const { return {inside(0, 0), inside(1, 0), inside(1, 1), inside(0, 1)}; }

SpherePoint S2Cell::inside(double along, double across) const {
  const int face = static_cast<int>(id_ >> 61);
  uint64_t i = 0;
  uint64_t j = 0;
  int orientation = face & kSwap;
  for (int step = 0; step < level(); ++step) {
    const auto position = static_cast<int>(id_ >> (59 - 2 * step) & 3);
    const auto quarter = static_cast<uint64_t>(kPositionToQuarter[orientation][position]);
    i = i << 1 | quarter >> 1;
    j = j << 1 | (quarter & 1);
    orientation ^= kTurn[position];
  }
  const auto part = [&](uint64_t place, double of) {
    return (static_cast<double>(place) + of) / static_cast<double>(uint64_t{1} << level());
  };
  const SpherePoint out = unproject({face, from_square(part(i, along)), from_square(part(j, across))});
  const double size = length(out);
  return {out.x / size, out.y / size, out.z / size};
}

std::string S2Cell::token() const {
  std::string out = fmt::format("{:016x}", id_);
  out.erase(out.find_last_not_of('0') + 1);
  return out;
}

}  // namespace inquest::query
