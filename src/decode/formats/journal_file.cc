// systemd's journal files, as they lie in /var/log/journal. docs/formats/journal_file.md
#include "journal/journal_file.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "decode/decoder.h"
#include "decode/journal_entry.h"
#include "journal/damage_report.h"
#include "journal/image.h"
#include "journal/item_cache.h"
#include "journal/scan.h"

namespace inquest::decode {
namespace {

constexpr uint64_t kLongestKept = 1 << 20;  // of a field
constexpr size_t kMostLosses = 20;          // told one by one
constexpr uint64_t kEarliestTables = 208;   // where the objects of a file begin: behind the header of its version
constexpr uint64_t kLatestTables = 512;

// An object that is a hash table: where it ends, or 0.
uint64_t table_end(std::string_view bytes, uint64_t at) {
  if (at > bytes.size() || bytes.size() - at < journal::kObjectHeader) return 0;
  const uint64_t first = journal::load<uint64_t>(bytes.data() + at);
  const uint64_t size = journal::load<uint64_t>(bytes.data() + at + 8);
  if ((first != 4 && first != 5) || size < 32 || size % 16 != 0 || size > uint64_t{1} << 32) return 0;
  return at + size;
}

// A file whose header is lost still begins with its two hash tables.
bool begins_with_tables(std::string_view bytes) {
  for (uint64_t at = kEarliestTables; at <= kLatestTables; at += 8) {
    const uint64_t end = table_end(bytes, at);
    if (end != 0 && (end >= bytes.size() || table_end(bytes, end) != 0)) return true;
  }
  return false;
}

Claim sniff(const Head& head) {
  if (head.bytes.starts_with(journal::kSignature)) return Claim::Certain;
  return begins_with_tables(head.bytes) ? Claim::Likely : Claim::No;
}

uint32_t length32(uint64_t length) {
  return static_cast<uint32_t>(std::min<uint64_t>(length, std::numeric_limits<uint32_t>::max()));
}

std::string when(const std::optional<uint64_t>& micros) {
  if (!micros || *micros > 9'200'000'000'000'000) return "an unknown time";
  return format_utc({static_cast<Ns>(*micros) * kMicro, Precision::Second});
}

class Study {
 public:
  Study(Sink& sink, journal::JournalFile& file) : sink_(sink), file_(file), recorder_(sink) {}

  void run() {
    journal::ScannedEntries& scanned = file_.scanned();
    for (uint64_t i = 0; i < scanned.size(); ++i) {
      file_.image().relax();
      if (const auto entry = file_.entry(scanned.at(i))) record(*entry);
    }
    recorder_.finish();
    tell_header();
    tell_damage();
  }

 private:
  void record(const journal::Entry& from) {
    entry_.clear();
    entry_.realtime = from.realtime;
    entry_.monotonic = from.monotonic;
    entry_.boot_id = from.boot_id.text();
    entry_.whole = {from.offset, length32(from.size), 0};
    // No record ends in a line end, not even one of numbers.
    const char* const end = from.items + uint64_t{from.item_count} * file_.layout().entry_item();
    for (const char* last = end - 1; entry_.whole.length > 1 && (*last == '\n' || *last == '\r'); --last)
      --entry_.whole.length;
    bool whole = true;
    for (uint32_t i = 0; i < from.item_count; ++i) whole = item(from.item(i)) && whole;
    if (!whole) sink_.problem(entry_.whole, "a journal entry with fields that can't be read");
    if (!entry_.host.empty()) host_ = entry_.host;
    recorder_.record(entry_);
  }

  // False where the item is no data object any more.
  bool item(uint64_t offset) {
    if (const auto* const known = cache_.find(0, offset)) {
      if (!known->text.empty()) set(known->text);
      return true;
    }
    const auto data = file_.data(offset);
    if (!data) return false;
    const auto payload = file_.payload(*data, scratch_, kLongestKept);
    if (!payload) return false;
    const size_t equals = payload->substr(0, 65).find('=');
    if (equals == std::string_view::npos) return false;
    const bool message = payload->starts_with("MESSAGE=") && !entry_.has_message;
    const bool wanted = JournalEntry::wants(payload->substr(0, equals));
    if (wanted) set(payload->substr(0, kLongestKept));
    if (message && data->flags == 0) cite(*data, *payload);
    // A message is cited where it stands, so it is not kept.
    if (data->entries > 1 && !message) cache_.keep(0, offset, 0, 0, wanted ? *payload : std::string_view());
    return true;
  }

  void set(std::string_view payload) {
    const size_t equals = payload.find('=');
    // The entry itself says its boot and its times.
    if (payload.starts_with("_BOOT_ID=") || payload.starts_with("__")) return;
    entry_.set(payload.substr(0, equals), payload.substr(equals + 1));
  }

  // A message that is not compressed stands in the evidence as it is. A line end is none of it.
  void cite(const journal::Data& data, std::string_view payload) {
    constexpr uint64_t kName = std::string_view("MESSAGE=").size();
    const size_t shown = payload.substr(0, kLongestKept).find_last_not_of("\r\n") + 1;
    if (shown <= kName) return;
    entry_.text = Place{data.offset + file_.layout().data_payload(), length32(shown), 0};
    entry_.text_at = static_cast<uint32_t>(kName);
  }

  void tell_header() {
    if (!file_.has_header()) return;
    const Place place{0, static_cast<uint32_t>(std::min<uint64_t>(file_.size(), 208)), 0};
    const journal::FileHeader& header = file_.header();
    sink_.fact(host_, "journal.machine_id", header.machine_id.text(), place);
    std::string_view state = "unknown";
    switch (header.state) {
      case journal::FileState::Offline: state = "offline"; break;
      case journal::FileState::Online: state = "online"; break;
      case journal::FileState::Archived: state = "archived"; break;
      case journal::FileState::Unknown: break;
    }
    sink_.fact(host_, "journal.state", state, place);
  }

  void tell_damage() {
    if (!file_.scanned().gaps().empty()) file_.note_damage("bytes that are no object", file_.scanned().gaps()[0].begin);
    const auto report = journal::report_damage(file_);
    if (!report) return;
    sink_.problem({}, fmt::format("{}; {} read by searching the file", report->reason,
                                  counted(report->entries, "entry", "entries")));
    for (size_t i = 0; i < std::min(report->losses.size(), kMostLosses); ++i) {
      const journal::Loss& loss = report->losses[i];
      const uint64_t inside = file_.size() - std::min(file_.size(), loss.offset);
      sink_.problem({std::min(loss.offset, file_.size()), length32(std::min(loss.bytes, inside)), 0},
                    fmt::format("{} lost, about {}, between {} and {}", counted(loss.bytes, "byte"),
                                counted(loss.entries, "entry", "entries"), when(loss.after), when(loss.before)));
    }
    if (report->losses.size() > kMostLosses)
      sink_.problem(
          {}, fmt::format("{} more were lost", counted(report->losses.size() - kMostLosses, "stretch", "stretches")));
  }

  Sink& sink_;
  journal::JournalFile& file_;
  JournalRecorder recorder_;
  JournalEntry entry_;
  journal::ItemCache cache_{13};
  std::string scratch_;
  std::string host_;
};

void study(Sink& sink, model::ByteSource& bytes, uint64_t size) {
  journal::Residency residency;
  auto image = journal::Image::over(
      [&](uint64_t offset, std::span<char> out) { return bytes.read_at(offset, out).value_or(0); }, size, residency);
  if (!image) {
    sink.refuse({}, image.error().message);
    return;
  }
  journal::JournalFile file(std::string(sink.file_name()), std::move(*image));
  Study(sink, file).run();
}

}  // namespace

extern const Decoder journal_file_decoder;
const Decoder journal_file_decoder = {
    .name = "journal_file", .summary = "systemd journal files, damaged ones too", .sniff = sniff, .study = study};

}  // namespace inquest::decode
