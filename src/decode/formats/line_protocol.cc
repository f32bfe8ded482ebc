// InfluxDB's line protocol: what Telegraf writes and influx_inspect exports. docs/formats/line_protocol.md
#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/decoder.h"
#include "decode/line_reader.h"
#include "decode/sample_time.h"
#include "decode/sample_value.h"
#include "decode/telemetry.h"
#include "model/strings.h"

namespace inquest::decode {
namespace {

// The first of `stops` in the text that no backslash stands before, or the text's end.
size_t find_bare(std::string_view text, std::string_view stops, size_t at = 0) {
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (stops.find(text[at]) != std::string_view::npos) {
      return at;
    }
  }
  return text.size();
}

// A name without the backslashes before `special` characters; all other backslashes are themselves.
std::string unescape(std::string_view text, std::string_view special) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && special.find(text[i + 1]) != std::string_view::npos) ++i;
    out += text[i];
  }
  return out;
}

// Where a field's value that begins at `at` ends; nothing for a string that is not closed.
std::optional<size_t> end_of_value(std::string_view text, size_t at) {
  if (at < text.size() && text[at] == '"') {
    const size_t end = find_bare(text, "\"", at + 1);
    return end < text.size() ? std::optional(end + 1) : std::nullopt;
  }
  while (at < text.size() && text[at] != ',' && text[at] != ' ') ++at;
  return at;
}

enum class FieldKind : uint8_t { Figure, String, NotFinite, Bad };

// 1.5, -3i, 7u, t, true, "text".
FieldKind read_field(std::string_view text, double& figure) {
  if (text.empty()) return FieldKind::Bad;
  switch (text.back()) {
    case '"': return text.size() > 1 && text.front() == '"' ? FieldKind::String : FieldKind::Bad;
    case 'i':
    case 'u': {
      text.remove_suffix(1);
      if (text.find_first_not_of("-0123456789") != std::string_view::npos) return FieldKind::Bad;
      break;
    }
    case 't':
    case 'T':
    case 'f':
    case 'F':
      if (text.size() == 1) {
        figure = text == "t" || text == "T" ? 1 : 0;
        return FieldKind::Figure;
      }
      break;
    case 'e':
    case 'E':
      if (text == "true" || text == "True" || text == "TRUE") {
        figure = 1;
        return FieldKind::Figure;
      }
      if (text == "false" || text == "False" || text == "FALSE") {
        figure = 0;
        return FieldKind::Figure;
      }
      break;
    default: break;
  }
  const SampleValue value = parse_value(text);
  figure = value.value;
  if (value.kind == ValueKind::Number) return FieldKind::Figure;
  return value.kind == ValueKind::NotFinite ? FieldKind::NotFinite : FieldKind::Bad;
}

// Measurement and tags of a line: "cpu,cpu=cpu0,host=x". Nothing where the form is broken.
struct Names {
  std::string measurement;
  std::string host;
  std::string tags;
};
std::optional<Names> read_head(std::string_view text) {
  Names out;
  size_t at = find_bare(text, ",");
  out.measurement = unescape(text.substr(0, at), ", ");
  if (out.measurement.empty()) return std::nullopt;
  std::vector<std::pair<std::string, std::string>> pairs;
  while (at < text.size()) {
    const size_t equals = find_bare(text, "=", at + 1);
    const size_t end = find_bare(text, ",", at + 1);
    if (equals >= end || equals == at + 1) return std::nullopt;
    pairs.emplace_back(unescape(text.substr(at + 1, equals - at - 1), ", ="),
                       unescape(text.substr(equals + 1, end - equals - 1), ", ="));
    at = end;
  }
  std::vector<Tag> tags;
  for (const auto& [name, value] : pairs) {
    if (name == "host") {
      out.host = value;
    } else {
      tags.push_back({name, value});
    }
  }
  join_tags(tags, out.tags);
  return out;
}

// Comments, and the two lines that influx_inspect writes above its points.
bool is_remark(std::string_view line) {
  return line.empty() || line.front() == '#' || line.starts_with("CREATE DATABASE ") ||
         line.starts_with("CREATE RETENTION POLICY ");
}

class LineProtocol : public LineReader {
 public:
  explicit LineProtocol(Sink& to) : LineReader(to), telemetry_(to) {}

 protected:
  void line(std::string_view text, const Place& place) override {
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (is_remark(text)) return;
    const size_t end = find_head_end(text);
    Owner* owner = find_owner(text.substr(0, end), place);
    if (owner == nullptr) return;
    figures_.clear();
    std::string_view rest = text.substr(std::min(end + 1, text.size()));
    if (!fields(*owner, rest, place)) return;
    const auto time = time_of(trim(rest));
    if (!time) {
      sink().problem(place, rest.empty() ? "a point without a time" : "the time is no count since 1970");
      return;
    }
    for (const Figure& f : figures_) record(*owner, f, *time, place);
  }

  void end() override { telemetry_.finish(); }

 private:
  static constexpr size_t kLongestName = 4096;
  static constexpr size_t kMostFields = 4096;      // of a line
  static constexpr size_t kMostKnown = 1'000'000;  // of all owners
  static constexpr size_t kFarthest = 64;          // places that a field is looked for away from its last one
  static constexpr model::SeriesId kNoSeries = UINT32_MAX;
  static constexpr model::SeriesId kTooMany = UINT32_MAX - 1;

  // A field of an owner, kept at the place that it had in the last line: it is found by a look at the bytes, nearby at
  // the worst, for Telegraf gives the fields of some plugins in another order each time.
  struct Field {
    std::string name;  // as written, with the "=" behind it
    model::SeriesId series = kNoSeries;
  };
  // What measurement and tags name, and the fields of its last lines by their position.
  struct Owner {
    bool good = false;
    Names names;
    std::vector<Field> fields;
  };
  struct Figure {
    size_t position = 0;
    double value = 0;
  };

  static size_t find_head_end(std::string_view text) {
    size_t end = text.find(' ');
    if (end != std::string_view::npos && end > 0 && text[end - 1] == '\\') end = find_bare(text, " ");
    return std::min(end, text.size());
  }

  Owner* find_owner(std::string_view head, const Place& place) {
    const bool full = known_.size() > Telemetry::kMostSeries;
    const model::StrId id = head.size() > kLongestName ? 0 : full ? known_.find(head) : known_.intern(head);
    if (id == 0) {
      sink().problem(place,
                     full ? "too many series: those that come now are left out" : "measurement and tags too long");
      return nullptr;
    }
    if (id > owners_.size()) {
      Owner& fresh = owners_.emplace_back();
      if (auto read = read_head(head)) {
        fresh.good = true;
        fresh.names = std::move(*read);
      }
    }
    Owner& owner = owners_[id - 1];
    if (owner.good) return &owner;
    sink().problem(place, "measurement and tags are not \"name,tag=value,...\"");
    return nullptr;
  }

  // Reads the fields into figures_ and leaves what stands behind them. False where they cannot be told from each other.
  bool fields(Owner& owner, std::string_view& text, const Place& place) {
    size_t at = 0;
    for (size_t position = 0;; ++position) {
      const auto name_end = find_name(owner, position, text, at, place);
      if (!name_end) return false;
      const auto end = end_of_value(text, *name_end);
      if (!end || (*end < text.size() && text[*end] != ',' && text[*end] != ' ')) {
        sink().problem(place, "quotes around a field's text do not fit");
        return false;
      }
      double figure = 0;
      switch (read_field(text.substr(*name_end, *end - *name_end), figure)) {
        case FieldKind::Figure: figures_.push_back({position, figure}); break;
        case FieldKind::String: telemetry_.text_value(place); break;
        case FieldKind::NotFinite: field_problem(owner.fields[position], "is not a finite number", place); break;
        case FieldKind::Bad: field_problem(owner.fields[position], "is not a value", place); break;
      }
      at = *end + 1;
      if (*end == text.size() || text[*end] == ' ') break;
    }
    text.remove_prefix(std::min(at, text.size()));
    return true;
  }

  // The end of the field name (and its "=") at `at`; owner.fields[position] is that field afterwards.
  std::optional<size_t> find_name(Owner& owner, size_t position, std::string_view text, size_t at, const Place& place) {
    std::vector<Field>& known = owner.fields;
    const std::string_view rest = text.substr(std::min(at, text.size()));
    for (size_t i = position; i < std::min(known.size(), position + kFarthest); ++i) {
      if (!rest.starts_with(known[i].name)) continue;
      if (i != position) std::swap(known[i], known[position]);
      return at + known[position].name.size();
    }
    const size_t length = find_bare(rest, "=, ") + 1;
    if (length > rest.size() || rest[length - 1] != '=' || length == 1 || length > kLongestName) {
      sink().problem(place, rest.empty() ? "a point without fields" : "fields are not \"name=value,...\"");
      return std::nullopt;
    }
    if (position >= known.size()) {
      if (position >= kMostFields || known_fields_ == kMostKnown) {
        sink().problem(place, "too many fields: the point is left out");
        return std::nullopt;
      }
      known.emplace_back();
      ++known_fields_;
    }
    known[position] = {std::string(rest.substr(0, length)), kNoSeries};
    return at + length;
  }

  void field_problem(const Field& field, std::string_view what, const Place& place) {
    const std::string_view name = std::string_view(field.name).substr(0, field.name.size() - 1);
    sink().problem(place, fmt::format("field {} {}", ellipsis(printable(name), 40), what));
  }

  // Points of one moment follow each other.
  std::optional<SampleTime> time_of(std::string_view text) {
    if (text.empty() || text != last_time_text_) {
      last_time_text_ = text;
      last_time_ = text.find('.') == std::string_view::npos ? parse_epoch(text) : std::nullopt;
    }
    return last_time_;
  }

  void record(Owner& owner, const Figure& figure, const SampleTime& time, const Place& place) {
    Field& field = owner.fields[figure.position];
    if (field.series == kNoSeries) {
      const std::string name = unescape(std::string_view(field.name).substr(0, field.name.size() - 1), ", =");
      field.series = telemetry_.series({owner.names.host, owner.names.measurement, owner.names.tags, name}, true, place)
                         .value_or(kTooMany);
    }
    if (field.series != kTooMany) telemetry_.sample(field.series, time, figure.value, place);
  }

  Telemetry telemetry_;
  model::StringPool known_;  // of heads, as written; numbers from 1 are places in owners_
  std::vector<Owner> owners_;
  size_t known_fields_ = 0;
  std::vector<Figure> figures_;
  std::string last_time_text_;
  std::optional<SampleTime> last_time_;
};

enum class Look : uint8_t { Other, Point, TimedPoint };

// Strictly, for sniffing: "a=b c=d" is the line protocol's form too, but also that of many logs.
Look look_at(std::string_view line) {
  const size_t head_end = find_bare(line, " ");
  const std::string_view head = line.substr(0, head_end);
  if (head_end == line.size() || head.find_first_of("\"'()[]{}<>|") != std::string_view::npos || !read_head(head))
    return Look::Other;
  if (head.substr(0, find_bare(head, ",")).find('=') != std::string_view::npos) return Look::Other;
  std::string_view rest = line.substr(head_end + 1);
  for (;;) {
    const size_t equals = find_bare(rest, "=, \"");
    if (equals == 0 || equals >= rest.size() || rest[equals] != '=') return Look::Other;
    const auto end = end_of_value(rest, equals + 1);
    double figure = 0;
    if (!end || read_field(rest.substr(equals + 1, *end - equals - 1), figure) == FieldKind::Bad) return Look::Other;
    const char stop = *end < rest.size() ? rest[*end] : ' ';
    rest.remove_prefix(std::min(*end + 1, rest.size()));
    if (stop == ' ') break;
    if (stop != ',') return Look::Other;
  }
  rest = trim(rest);
  if (rest.empty()) return head.find(',') == std::string_view::npos ? Look::Other : Look::Point;
  return parse_epoch(rest) && rest.find('.') == std::string_view::npos ? Look::TimedPoint : Look::Other;
}

Claim sniff(const Head& head) {
  size_t points = 0;
  size_t timed = 0;
  size_t others = 0;
  for (const std::string_view line : head.lines(100)) {
    if (is_remark(line)) continue;
    switch (look_at(line)) {
      case Look::TimedPoint: ++timed; [[fallthrough]];
      case Look::Point: ++points; break;
      case Look::Other: ++others; break;
    }
  }
  if (points == 0 || others * 4 > points) return Claim::No;
  return timed * 2 >= points ? Claim::Certain : Claim::Fallback;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<LineProtocol>(sink); }

}  // namespace

extern const Decoder line_protocol_decoder;
const Decoder line_protocol_decoder = {"line_protocol", "InfluxDB line protocol, as Telegraf writes it", sniff, open};

}  // namespace inquest::decode
