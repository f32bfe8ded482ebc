// `journalctl --list-boots`, as a table or as JSON. docs/formats/list_boots.md
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <simdjson.h>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/boot_id.h"
#include "decode/line_reader.h"
#include "decode/log_stamp.h"

namespace inquest::decode {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kHeader = "IDX BOOT ID";
constexpr std::string_view kDash = "\xE2\x80\x94";  // between the times, before version 252
constexpr size_t kMostZones = 16;
constexpr uint64_t kLatest = 9'200'000'000'000'000;  // microseconds that fit into nanoseconds

struct Row {
  std::string_view id;
  std::string_view times;
};

// "-1 4c1f2a9b7d3e4f5a8b6c7d8e9f0a1b2c Fri 2026-01-30 12:00:00 UTC—Sat 2026-01-31 23:17:01 UTC", from 252 on with
// blanks for the dash.
std::optional<Row> row(std::string_view line) {
  line = trim(line);
  const size_t index = line.find(' ');
  if (index == std::string_view::npos || !parse_int<int>(line.substr(0, index))) return std::nullopt;
  line = trim(line.substr(index));
  if (line.size() < 33 || line[32] != ' ' || !is_boot_id(line.substr(0, 32))) return std::nullopt;
  return Row{line.substr(0, 32), trim(line.substr(33))};
}

// Lines that stand in the list and are no boot: the header, and what journalctl says on standard error.
bool remark(std::string_view line) {
  return line.empty() || line.starts_with(' ') || line.starts_with(kHeader) || line.starts_with("Hint: ") ||
         line == "No journal files were found.";
}

bool is_json(std::string_view bytes) { return trim(bytes.substr(0, 64)).starts_with('['); }

Claim sniff(const Head& head) {
  if (is_json(head.bytes)) {
    const bool boots = head.bytes.find("\"boot_id\"") != std::string_view::npos &&
                       head.bytes.find("\"first_entry\"") != std::string_view::npos;
    return boots ? Claim::Certain : Claim::No;
  }
  for (const std::string_view line : head.lines(8)) {
    if (row(line) || line.starts_with(kHeader)) return Claim::Certain;
    if (!remark(line)) return Claim::No;
  }
  return Claim::No;
}

class ListBoots : public WholeReader {
 public:
  explicit ListBoots(Sink& sink) : WholeReader(sink) {}

 protected:
  void whole(std::string_view bytes) override {
    if (is_json(bytes)) {
      json(bytes);
    } else {
      table(bytes);
    }
  }

 private:
  void table(std::string_view bytes) {
    uint32_t number = 0;
    size_t offset = 0;
    while (offset < bytes.size()) {
      const size_t end = std::min(bytes.find('\n', offset), bytes.size());
      std::string_view line = bytes.substr(offset, end - offset);
      while (line.ends_with('\r')) line.remove_suffix(1);
      const Place place{offset, static_cast<uint32_t>(line.size()), ++number};
      if (const auto boot = row(line)) {
        claim(*boot, place);
      } else if (!remark(line)) {
        sink().problem(place, "a line that is no boot");
      }
      offset = end + 1;
    }
    sink().set_lines(number);
  }

  void claim(const Row& boot, const Place& place) {
    const size_t dash = boot.times.find(kDash);
    Stamp first;
    if (!stamps_.parse(boot.times.substr(0, dash), first) || first.form != StampForm::Full) {
      sink().problem(place, "a boot without the time of its first entry");
      return;
    }
    const size_t second = dash == std::string_view::npos ? first.length : dash + kDash.size();
    Stamp last;
    const bool ends = stamps_.parse(trim(boot.times.substr(second)), last) && last.form == StampForm::Full;
    name_zone(first.zone, place);
    if (ends) {
      name_zone(last.zone, place);
    } else {
      sink().problem(place, "a boot without the time of its last entry");
    }
    // A boot that began in GMT and ended in summer time was seen on one local clock.
    const bool utc = first.utc && (!ends || last.utc);
    claim(boot.id, first.time, ends ? std::optional(last.time) : std::nullopt,
          utc ? model::ClockDomain::Utc : model::ClockDomain::LocalWall, Precision::Second, place);
  }

  void claim(std::string_view id, Ns first, std::optional<Ns> last, model::ClockDomain clock, Precision precision,
             const Place& place) {
    model::BootClaim claim;
    claim.boot_id = sink().intern(id);
    claim.stream = stream(clock, precision);
    claim.first = first;
    claim.last = last;
    claim.cite = {0, place.line, place.offset, place.length};
    sink().claim_boot(claim);
  }

  model::StreamId stream(model::ClockDomain clock, Precision precision) {
    auto& known = clock == model::ClockDomain::Utc ? utc_ : wall_;
    if (!known) {
      model::Stream stream;
      stream.source = sink().intern("list-boots");
      stream.clock = clock;
      stream.precision = precision;
      known = sink().open_stream(stream);
    }
    return *known;
  }

  void name_zone(std::string_view zone, const Place& place) {
    if (zone.empty() || zones_.size() == kMostZones || std::ranges::find(zones_, zone) != zones_.end()) return;
    zones_.emplace_back(zone);
    sink().fact({}, "timezone-abbreviation", zone, place);
  }

  // [{"index":-1,"boot_id":"4c1f...","first_entry":1769774400000000,"last_entry":1769901421000000}, ...], microseconds
  // since 1970
  void json(std::string_view bytes) {
    const simdjson::padded_string padded(bytes);
    ondemand::parser parser;
    if (const auto error = boots(parser, padded, bytes); error != simdjson::SUCCESS) {
      const size_t end = bytes.find_last_not_of("\r\n") + 1;
      sink().problem({0, static_cast<uint32_t>(std::min<size_t>(end, std::numeric_limits<uint32_t>::max())), 1},
                     fmt::format("not the whole list of boots in JSON: {}", simdjson::error_message(error)));
    }
  }

  simdjson::error_code boots(ondemand::parser& parser, const simdjson::padded_string& padded, std::string_view bytes) {
    ondemand::document document;
    if (const auto error = parser.iterate(padded).get(document)) return error;
    ondemand::array array;
    if (const auto error = document.get_array().get(array)) return error;
    uint32_t line = 1;
    size_t counted = 0;
    for (auto element : array) {
      ondemand::object object;
      if (const auto error = element.get_object().get(object)) return error;
      std::string_view raw;
      if (const auto error = object.raw_json().get(raw)) return error;
      object.reset();
      const auto offset = static_cast<size_t>(raw.data() - padded.data());
      line += static_cast<uint32_t>(std::ranges::count(bytes.substr(counted, offset - counted), '\n'));
      counted = offset;
      const Place place{offset, static_cast<uint32_t>(raw.size()), line};
      if (const auto error = boot(object, place)) return error;
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code boot(ondemand::object& object, const Place& place) {
    std::string_view id;
    uint64_t first = 0;
    uint64_t last = 0;
    if (const auto error = object["boot_id"].get_string().get(id)) return error;
    if (const auto error = object["first_entry"].get_uint64().get(first)) return error;
    const bool ends = object["last_entry"].get_uint64().get(last) == simdjson::SUCCESS;
    if (!is_boot_id(id) || first > kLatest || last > kLatest) {
      sink().problem(place, "a boot whose id or time can't be right");
      return simdjson::SUCCESS;
    }
    claim(id, static_cast<Ns>(first) * kMicro, ends ? std::optional(static_cast<Ns>(last) * kMicro) : std::nullopt,
          model::ClockDomain::Utc, Precision::Micro, place);
    return simdjson::SUCCESS;
  }

  StampParser stamps_;
  std::optional<model::StreamId> utc_;
  std::optional<model::StreamId> wall_;
  std::vector<std::string> zones_;
};

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ListBoots>(sink); }

}  // namespace

extern const Decoder list_boots_decoder;
const Decoder list_boots_decoder = {"list_boots", "journalctl --list-boots, as a table or JSON", sniff, open};

}  // namespace inquest::decode
