#include "journal/boot_list.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.h"
#include "journal/entry_list.h"
#include "journal/entry_writer.h"
#include "journal/payload.h"
#include "journal/scan.h"

namespace inquest::journal {
namespace {

constexpr size_t kLastEntries = 256;    // of a boot, that are searched for its end
constexpr size_t kMostBoots = 1 << 16;  // of one file

// A boot as one file has it.
struct Span {
  Id128 id;
  Location first;
  Location last;
  uint64_t entries = 0;
  size_t file = 0;  // its number
};

void widen(Span& span, const Location& location) {
  if (compare(location, span.first) < 0) span.first = location;
  if (compare(location, span.last) > 0) span.last = location;
}

std::optional<Id128> parse_id(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  const auto high = parse_int<uint64_t>(text.substr(0, 16), 16);
  const auto low = parse_int<uint64_t>(text.substr(16), 16);
  if (!high || !low) return std::nullopt;
  return Id128{*high, *low};
}

// From the list of the data objects of _BOOT_ID. False where the file turns out to be damaged.
bool by_index(JournalFile& file, std::vector<Span>& spans) {
  static constexpr std::string_view kField = "_BOOT_ID";
  std::string scratch;
  // The list goes from the newest to the oldest.
  uint64_t last = UINT64_MAX;
  for (uint64_t at = file.first_data_of(kField); at != 0;) {
    const auto data = at < last && spans.size() < kMostBoots ? file.data(at) : std::nullopt;
    if (!data) {
      file.note_damage("the list of boots is broken", at);
      return false;
    }
    last = at;
    at = data->next_in_field;
    const auto payload = file.payload(*data, scratch, 64);
    const auto id =
        payload && payload->size() > kField.size() ? parse_id(payload->substr(kField.size() + 1)) : std::nullopt;
    if (!id || data->entries == 0) continue;
    const auto first = file.entry(data->entry);
    std::optional<Entry> end;
    // Where all entries are of this boot, the file's last one is the boot's.
    if (data->entries == file.header().entries) end = file.last_entry();
    if (!end || end->boot_id != *id) {
      const EntryList list = EntryList::of(file, *data);
      if (file.damaged()) return false;
      end = file.entry(list.at(list.size() - 1));
    }
    if (!first || !end) {
      file.note_damage("an entry is damaged", first ? at : data->entry);
      return false;
    }
    spans.push_back({*id, location_of(file, *first), location_of(file, *end), data->entries, 0});
  }
  return !file.damaged();
}

void by_scan(JournalFile& file, std::vector<Span>& spans) {
  ScannedEntries& scanned = file.scanned();
  std::map<Id128, Span> found;
  for (uint64_t i = 0; i < scanned.size(); ++i) {
    file.image().relax();
    const auto entry = file.entry(scanned.at(i));
    if (!entry || (found.size() == kMostBoots && !found.contains(entry->boot_id))) continue;
    const Location location = location_of(file, *entry);
    const auto [at, fresh] = found.try_emplace(entry->boot_id, Span{entry->boot_id, location, location, 0, 0});
    ++at->second.entries;
    widen(at->second, location);
  }
  for (const auto& [id, span] : found) spans.push_back(span);
}

// Several runs, each in order, merged by always taking the run whose head comes first. compare() is no order that
// std::sort could use: it goes by different things for different pairs.
std::vector<Span> merge(std::vector<std::vector<Span>> runs) {
  std::vector<Span> out;
  std::vector<size_t> heads(runs.size());
  while (true) {
    std::optional<size_t> best;
    for (size_t i = 0; i < runs.size(); ++i) {
      if (heads[i] == runs[i].size()) continue;
      if (!best || compare(runs[i][heads[i]].first, runs[*best][heads[*best]].first) < 0) best = i;
    }
    if (!best) return out;
    out.push_back(runs[*best][heads[*best]++]);
  }
}

// The files in which a boot's last entries are: where one of them has enough, none that end before it begins.
std::vector<size_t> find_last_files(std::span<const Span> spans) {
  const Span* last = &spans.front();
  for (const Span& span : spans) {
    if (compare(span.last, last->last) > 0) last = &span;
  }
  std::vector<size_t> files;
  for (const Span& span : spans) {
    if (last->entries < kLastEntries || compare(span.last, last->first) >= 0) files.push_back(span.file);
  }
  return files;
}

bool mentions_shutdown(std::string_view program, std::string_view message) {
  static constexpr std::array<std::string_view, 9> kPhrases = {
      "Reached target Shutdown",      "Reached target System Shutdown", "Reached target System Power Off",
      "Reached target System Reboot", "Reached target System Halt",     "Reached target Power-Off",
      "Reached target Reboot",        "Reached target Final Step",      "Shutting down."};
  if (program == "systemd-shutdown") return true;
  // systemd names units by description or, since v250, as "unit - description".
  if (program != "systemd") return false;
  if (message.starts_with("Reached target ") && (message.find("shutdown.target") != std::string_view::npos ||
                                                 message.find("final.target") != std::string_view::npos ||
                                                 message.find("reboot.target") != std::string_view::npos ||
                                                 message.find("poweroff.target") != std::string_view::npos ||
                                                 message.find("halt.target") != std::string_view::npos))
    return true;
  return std::ranges::any_of(kPhrases, [&](std::string_view phrase) { return message.starts_with(phrase); });
}

}  // namespace

std::string_view to_string(BootEnd end) {
  static constexpr std::array<std::string_view, 4> kNames = {"orderly", "panic seen", "cut", "cut or running"};
  return kNames[static_cast<size_t>(end)];
}

std::vector<Boot> list_boots(std::span<const std::unique_ptr<JournalFile>> files) {
  std::map<Id128, std::vector<Span>> counted;  // by what their sequence numbers were counted with
  std::vector<std::vector<Span>> runs;
  for (size_t number = 0; number < files.size(); ++number) {
    const auto& file = files[number];
    std::vector<Span> spans;
    if (file->damaged() || !by_index(*file, spans)) {
      spans.clear();
      by_scan(*file, spans);
    }
    for (Span& span : spans) {
      span.file = number;
      if (span.first.seqnum_id.null()) {
        runs.push_back({span});
      } else {
        counted[span.first.seqnum_id].push_back(span);
      }
    }
  }
  for (auto& [id, spans] : counted) {
    std::ranges::sort(spans, {}, [](const Span& span) { return span.first.seqnum; });
    runs.push_back(std::move(spans));
  }

  std::vector<Boot> boots;
  std::vector<std::vector<Span>> spans_of;
  std::map<Id128, size_t> known;
  for (const Span& span : merge(std::move(runs))) {
    const auto [at, fresh] = known.try_emplace(span.id, boots.size());
    if (fresh) {
      boots.push_back({span.id, span.first, span.last, span.entries, {span.file}, {}, BootEnd::Cut});
      spans_of.push_back({span});
      continue;
    }
    spans_of[at->second].push_back(span);
    Boot& boot = boots[at->second];
    if (compare(span.first, boot.first) < 0) boot.first = span.first;
    if (compare(span.last, boot.last) > 0) boot.last = span.last;
    boot.entries += span.entries;
    boot.files.push_back(span.file);
  }
  for (size_t i = 0; i < boots.size(); ++i) boots[i].last_files = find_last_files(spans_of[i]);
  return boots;
}

BootEnd find_end(std::span<const std::unique_ptr<JournalFile>> files, const Boot& boot) {
  Match match;
  match.add("_BOOT_ID=" + boot.id.text());
  std::vector<std::unique_ptr<FileCursor>> cursors;
  for (const size_t number : boot.last_files)
    cursors.push_back(std::make_unique<FileCursor>(*files[number], match, Direction::Backward));
  MergedEntries entries(std::move(cursors), Direction::Backward);
  std::string message_scratch;
  std::string program_scratch;
  bool orderly = false;
  bool open = false;
  for (size_t i = 0; i < kLastEntries && entries.next(); ++i) {
    JournalFile& file = entries.file();
    if (i == 0) open = file.header().state == FileState::Online;
    const auto message = first_value(file, entries.entry(), "MESSAGE", message_scratch);
    if (!message) continue;
    const auto program = first_value(file, entries.entry(), "SYSLOG_IDENTIFIER", program_scratch).value_or("");
    if (message->find("Kernel panic - not syncing") != std::string_view::npos) return BootEnd::Panic;
    // journald says its own end last; in the middle of a boot it is restarted.
    const bool stopped = i < 4 && program == "systemd-journald" && message->starts_with("Journal stopped");
    orderly = orderly || stopped || mentions_shutdown(program, *message);
  }
  if (orderly) return BootEnd::Orderly;
  return open ? BootEnd::Open : BootEnd::Cut;
}

}  // namespace inquest::journal
