// Answers of Prometheus's HTTP API. docs/formats/prometheus_json.md
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/decoder.h"
#include "decode/sample_value.h"
#include "decode/telemetry.h"

namespace inquest::decode {
namespace {

namespace ondemand = simdjson::ondemand;

// What is kept in memory of one answer, which is one long line.
constexpr size_t kMostBytes = 512 << 20;
// Of the beginning, blanks aside: {"status":"success","data":{"resultType":"matrix","result":[
constexpr size_t kHeading = 400;
constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr size_t kDeepest = 64;  // objects within each other; an answer needs seven

Claim sniff(const Head& head) {
  const std::string_view start = trim(head.bytes.substr(0, kHeading));
  if (!start.starts_with('{')) return Claim::No;
  const bool named = start.find("\"resultType\"") != std::string_view::npos;
  return named && start.find("\"status\"") != std::string_view::npos ? Claim::Certain : Claim::No;
}

// "pve1" of "pve1:9100": the port is the exporter's.
std::string_view without_port(std::string_view instance) {
  const size_t colon = instance.rfind(':');
  if (colon == std::string_view::npos || instance.ends_with(']')) return instance;
  return instance.substr(0, colon);
}

// Closes what a text that breaks off has left open, so that it can be parsed; false where nothing was. A string that is
// not at its end, and what hangs in the air without it, is taken away.
bool close_open(std::string& json) {
  std::string open;
  size_t string_at = std::string::npos;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (string_at != std::string::npos) {
      if (c == '\\') ++i;
      if (c == '"') string_at = std::string::npos;
    } else if (c == '"') {
      string_at = i;
    } else if (c == '[' || c == '{') {
      if (open.size() >= kDeepest) return false;  // the parser will say so
      open += c == '[' ? ']' : '}';
    } else if ((c == ']' || c == '}') && !open.empty()) {
      open.pop_back();
    }
  }
  if (string_at != std::string::npos) json.resize(string_at);
  if (open.empty()) return string_at != std::string::npos;
  while (!json.empty() && (json.back() == ',' || json.back() == ':' || json.back() == '\n' || json.back() == ' '))
    json.pop_back();
  json.append(open.rbegin(), open.rend());
  return true;
}

class PrometheusJson : public Reader {
 public:
  explicit PrometheusJson(Sink& sink) : sink_(sink), telemetry_(sink) {}

  void feed(std::string_view bytes) override {
    if (bytes_.size() + bytes.size() > kMostBytes) {
      too_large_ = true;
      return;
    }
    bytes_ += bytes;
  }

  void finish() override {
    if (too_large_) {
      sink_.refuse({}, fmt::format("an answer of more than {} MiB: ask for less at a time", kMostBytes >> 20));
      return;
    }
    length_ = bytes_.size();
    if (length_ == 0) return;
    if (bytes_.starts_with(kBom)) bytes_.replace(0, kBom.size(), kBom.size(), ' ');  // offsets stay what they are
    sink_.into().evidence[sink_.evidence()].lines =
        1 + static_cast<uint64_t>(std::ranges::count(bytes_, '\n')) - (bytes_.ends_with('\n') ? 1 : 0);
    const Place last = place_of(length_ - 1, 0);
    if (close_open(bytes_)) sink_.problem(last, "the answer breaks off");
    const size_t closed = bytes_.size();
    bytes_.append(simdjson::SIMDJSON_PADDING, ' ');
    ondemand::document document;
    // What is broken in the middle keeps what came before.
    if (const auto error = parser_.iterate(bytes_.data(), closed, bytes_.size()).get(document)) {
      trouble(error, length_);
    } else if (const auto broken = answer(document)) {
      trouble(broken, position(document));
    }
    telemetry_.finish();
  }

 private:
  uint64_t position(ondemand::document& document) {
    const char* at = nullptr;
    if (document.current_location().get(at) != simdjson::SUCCESS) return length_;
    return offset_of(at);
  }
  uint64_t offset_of(const char* at) const {
    if (at < bytes_.data() || at > bytes_.data() + length_) return length_;
    return static_cast<uint64_t>(at - bytes_.data());
  }

  Place place_of(uint64_t offset, uint32_t length) {
    offset = std::min<uint64_t>(offset, std::min(length_, bytes_.size()));
    // Line numbers only grow from one sample to the next.
    if (offset < counted_to_) {
      counted_to_ = 0;
      line_ = 1;
    }
    line_ += static_cast<uint32_t>(std::count(bytes_.begin() + static_cast<std::ptrdiff_t>(counted_to_),
                                              bytes_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted_to_ = offset;
    return {offset, length, line_};
  }

  void trouble(simdjson::error_code error, uint64_t offset) {
    sink_.problem(place_of(std::min<uint64_t>(offset, length_ - 1), 0),
                  fmt::format("not a whole answer of Prometheus: {}", simdjson::error_message(error)));
  }

  simdjson::error_code answer(ondemand::document& document) {
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) return error;
    for (auto field : object) {
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      ondemand::value value;
      if (const auto error = field.value().get(value)) return error;
      if (name == "data") {
        if (const auto error = data(value)) return error;
      }
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code data(ondemand::value& value) {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    for (auto field : object) {
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      if (name != "result") continue;
      ondemand::array results;
      if (const auto error = field.value().get_array().get(results)) return error;
      for (auto result : results) {
        ondemand::object series;
        if (const auto error = result.get_object().get(series)) return error;
        if (const auto error = one(series)) return error;
      }
    }
    return simdjson::SUCCESS;
  }

  // {"metric":{"__name__":"node_load1","instance":"pve1:9100"},"values":[[1772337610.123,"0.5"],...]}; of a vector
  // "value":[...]. The labels come first: Prometheus writes them so.
  simdjson::error_code one(ondemand::object& object) {
    std::optional<model::SeriesId> id;
    for (auto field : object) {
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      if (name == "metric") {
        ondemand::object labels;
        if (const auto error = field.value().get_object().get(labels)) return error;
        if (const auto error = metric(labels, id)) return error;
      } else if (name == "values") {
        ondemand::array points;
        if (const auto error = field.value().get_array().get(points)) return error;
        for (auto point : points) {
          ondemand::array pair;
          if (const auto error = point.get_array().get(pair)) return error;
          if (const auto error = sample(pair, id)) return error;
        }
      } else if (name == "value") {
        ondemand::array pair;
        if (const auto error = field.value().get_array().get(pair)) return error;
        if (const auto error = sample(pair, id)) return error;
      }
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code metric(ondemand::object& labels, std::optional<model::SeriesId>& id) {
    std::string field;
    std::string host;
    std::string instance;
    std::vector<std::pair<std::string, std::string>> others;
    for (auto label : labels) {
      std::string_view name;
      std::string_view value;
      if (const auto error = label.unescaped_key().get(name)) return error;
      const std::string key(name);
      if (const auto error = label.value().get_string().get(value)) return error;
      if (key == "__name__") {
        field = value;
      } else if (key == "host" || key == "nodename") {
        host = value;
      } else if (key == "instance") {
        instance = value;
      } else if (key != "job") {
        others.emplace_back(key, value);
      }
    }
    if (host.empty()) host = without_port(instance);
    std::vector<Tag> tags;
    tags.reserve(others.size());
    for (const auto& [name, value] : others) tags.push_back({name, value});
    std::string joined;
    join_tags(tags, joined);
    if (field.empty()) field = "value";  // what an expression gives has no name
    id = telemetry_.series({host, {}, joined, field}, true, place_of(counted_to_, 0));
    return simdjson::SUCCESS;
  }

  simdjson::error_code sample(ondemand::array& pair, const std::optional<model::SeriesId>& id) {
    double seconds = 0;
    std::string_view text;
    uint64_t offset = 0;
    size_t n = 0;
    for (auto item : pair) {
      if (n == 0) {
        ondemand::value first;
        if (const auto error = item.get(first)) return error;
        offset = offset_of(first.raw_json_token().data());
        if (const auto error = first.get_double().get(seconds)) return error;
      } else if (n == 1) {
        if (const auto error = item.get_string().get(text)) return error;
      }
      ++n;
    }
    const Place place = place_of(offset, 0);
    constexpr double kLatest = 9.2e9;  // what nanoseconds since 1970 can hold
    if (n < 2 || !std::isfinite(seconds) || std::abs(seconds) > kLatest) {
      telemetry_.problem(place, "a sample without a time and a value");
      return simdjson::SUCCESS;
    }
    if (!id) return simdjson::SUCCESS;
    const SampleValue value = parse_value(text);
    if (value.kind == ValueKind::Text) {
      telemetry_.text_value(place);
    } else if (value.kind == ValueKind::Number) {
      const auto ms = static_cast<int64_t>(std::llround(seconds * 1000));
      const Precision precision = ms % 1000 == 0 ? Precision::Second : Precision::Milli;
      telemetry_.sample(*id, {ms * kMilli, true, precision}, value.value, place);
    }
    return simdjson::SUCCESS;
  }

  Sink& sink_;
  Telemetry telemetry_;
  ondemand::parser parser_;
  std::string bytes_;
  size_t length_ = 0;
  bool too_large_ = false;
  uint64_t counted_to_ = 0;
  uint32_t line_ = 1;
};

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PrometheusJson>(sink); }

}  // namespace

extern const Decoder prometheus_json_decoder;
const Decoder prometheus_json_decoder = {"prometheus_json", "answers of Prometheus's query API, in JSON", sniff, open};

}  // namespace inquest::decode
