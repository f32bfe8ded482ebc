// `journalctl -o json` and its variants. docs/formats/journal_json.md
#include <algorithm>
#include <string>
#include <vector>

#include <simdjson.h>

#include <fmt/format.h>

#include "decode/journal_entry.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

namespace ondemand = simdjson::ondemand;

// An entry that json-pretty spreads over lines: journald's largest fields in numbers, with room.
constexpr size_t kLongestEntry = 16 << 20;

constexpr std::string_view kRecordSeparator = "\x1e";    // RFC 7464: json-seq
constexpr std::string_view kServerSentEvent = "data: ";  // json-sse

// What stands around an object in one line.
std::string_view unframed(std::string_view line) {
  if (line.starts_with(kRecordSeparator)) line.remove_prefix(kRecordSeparator.size());
  if (line.starts_with(kServerSentEvent)) line.remove_prefix(kServerSentEvent.size());
  return line;
}

Claim sniff(const Head& head) {
  for (const std::string_view line : head.lines(3)) {
    const std::string_view object = unframed(line);
    if (object.empty()) continue;
    if (!object.starts_with('{')) return Claim::No;
    return head.bytes.find("\"__REALTIME_TIMESTAMP\"") == std::string_view::npos ? Claim::No : Claim::Certain;
  }
  return Claim::No;
}

class JournalJson : public LineReader {
 public:
  explicit JournalJson(Sink& sink) : LineReader(sink), recorder_(sink) {}

 protected:
  void line(std::string_view text, const Place& place) override {
    std::string_view object = unframed(text);
    const auto skipped = static_cast<uint32_t>(text.size() - object.size());
    const Place at{place.offset + skipped, static_cast<uint32_t>(object.size()), place.line};
    if (object == "{") {  // the first line of json-pretty
      if (!pieces_.empty()) incomplete();
      add(object, at);
    } else if (pieces_.empty() || object.starts_with('{')) {
      if (object.empty()) return;
      if (!pieces_.empty()) incomplete();
      add(object, at);
      entry();
    } else {
      add(object, at);
      if (object == "}") entry();
      if (json_.size() > kLongestEntry) incomplete();
    }
  }

  void end() override {
    if (!pieces_.empty()) incomplete();
    recorder_.finish();
  }

 private:
  struct Piece {
    size_t at = 0;  // in json_
    Place place;
  };

  void add(std::string_view text, const Place& place) {
    pieces_.push_back({json_.size(), place});
    json_ += text;
    json_ += '\n';
  }

  void reset() {
    json_.clear();
    pieces_.clear();
  }

  void incomplete() {
    sink().problem(whole(), "a journal entry that breaks off");
    reset();
  }

  Place whole() const {
    const Place& first = pieces_.front().place;
    const Place& last = pieces_.back().place;
    return {first.offset, static_cast<uint32_t>(last.offset + last.length - first.offset), first.line};
  }

  // The entry in json_.
  void entry() {
    entry_.clear();
    entry_.whole = whole();
    const size_t length = json_.size();
    json_.append(simdjson::SIMDJSON_PADDING, ' ');
    if (const simdjson::error_code error = read(length); error != simdjson::SUCCESS) {
      sink().problem(entry_.whole, fmt::format("not a journal entry in JSON: {}", simdjson::error_message(error)));
    } else {
      recorder_.record(entry_);
    }
    reset();
  }

  simdjson::error_code read(size_t length) {
    ondemand::document document;
    if (const auto error = parser_.iterate(json_.data(), length, json_.size()).get(document)) return error;
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) return error;
    for (auto field : object) {
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      if (!JournalEntry::wants(name)) continue;
      ondemand::value value;
      if (const auto error = field.value().get(value)) return error;
      if (const auto error = take(name, value)) return error;
    }
    return simdjson::SUCCESS;
  }

  // One field: a string; null where journalctl found it too large; an array of byte values where it is not text; an
  // array of these where the entry has the field more than once.
  simdjson::error_code take(std::string_view name, ondemand::value value) {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return error;
    switch (type) {
      case ondemand::json_type::string: {
        const std::string_view raw = value.raw_json_token();
        std::string_view text;
        if (const auto error = value.get_string().get(text)) return error;
        if (name == "MESSAGE" && !entry_.has_message) locate(raw, text);
        entry_.set(name, text);
        return simdjson::SUCCESS;
      }
      case ondemand::json_type::number: {  // no program of systemd's, but `jq` scripts make numbers of them
        uint64_t number = 0;
        if (const auto error = value.get_uint64().get(number)) return error;
        entry_.set(name, fmt::format("{}", number));
        return simdjson::SUCCESS;
      }
      case ondemand::json_type::array: return take_array(name, value);
      case ondemand::json_type::null:
        if (name == "MESSAGE")
          sink().problem(entry_.whole, "a message that journalctl left out as too large: use --all");
        return simdjson::SUCCESS;
      default: return simdjson::INCORRECT_TYPE;
    }
  }

  simdjson::error_code take_array(std::string_view name, ondemand::value value) {
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    std::string bytes;
    bool binary = false;
    for (auto element : array) {
      ondemand::value item;
      if (const auto error = element.get(item)) return error;
      ondemand::json_type type{};
      if (const auto error = item.type().get(type)) return error;
      if (type == ondemand::json_type::number) {
        uint64_t byte = 0;
        if (const auto error = item.get_uint64().get(byte)) return error;
        if (byte > 255) return simdjson::NUMBER_OUT_OF_RANGE;
        bytes += static_cast<char>(byte);
        binary = true;
      } else if (type == ondemand::json_type::array) {
        // The values of a repeated field; arrays in those would be none of journalctl's.
        if (depth_ != 0) return simdjson::DEPTH_ERROR;
        ++depth_;
        const auto error = take_array(name, item);
        --depth_;
        if (error) return error;
      } else if (const auto error = take(name, item)) {
        return error;
      }
    }
    if (binary) entry_.set(name, bytes);
    return simdjson::SUCCESS;
  }

  // Where a message stands in the evidence, if it stands there without escapes. `raw` is its token in json_, with
  // quotes.
  void locate(std::string_view raw, std::string_view text) {
    if (text.empty() || raw.size() < text.size() + 2 || raw.substr(1, text.size()) != text ||
        raw[text.size() + 1] != '"')
      return;
    const auto at = static_cast<size_t>(raw.data() - json_.data()) + 1;
    const auto after = std::ranges::upper_bound(pieces_, at, {}, &Piece::at);
    const Piece& piece = *std::prev(after);
    entry_.text = Place{piece.place.offset + (at - piece.at), static_cast<uint32_t>(text.size()), piece.place.line};
  }

  JournalRecorder recorder_;
  ondemand::parser parser_;
  JournalEntry entry_;
  std::string json_;           // the entry, of one line or more
  std::vector<Piece> pieces_;  // its lines
  int depth_ = 0;
};

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<JournalJson>(sink); }

}  // namespace

extern const Decoder journal_json_decoder;
const Decoder journal_json_decoder = {"journal_json", "journalctl -o json, json-pretty, json-seq and json-sse", sniff,
                                      open};

}  // namespace inquest::decode
