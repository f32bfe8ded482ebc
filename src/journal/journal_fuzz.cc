// Any bytes as a journal file: every way through it ends, and a scan finds whatever the file's own lists show.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "journal/boot_list.h"
#include "journal/damage_report.h"
#include "journal/entry_writer.h"
#include "journal/file_cursor.h"
#include "journal/scan.h"
#include "journal/unit_names.h"

namespace {

using namespace inquest::journal;

void require(bool law, std::string_view what) {
  if (law) return;
  fmt::print(stderr, "broken law: {}\n", what);
  std::abort();
}

std::vector<uint64_t> walk(JournalFile& file, const Match& match, Direction direction) {
  std::vector<uint64_t> out;
  FileCursor cursor(file, match, direction);
  while (cursor.next()) {
    const Entry& entry = cursor.entry();
    require(entry.size <= file.size() && entry.offset <= file.size() - entry.size, "an entry lies in the file");
    out.push_back(entry.offset);
    require(out.size() <= file.size() / kEntryItems + 1, "no entry comes twice");
  }
  require(direction == Direction::Forward ? std::ranges::is_sorted(out)
                                          : std::ranges::is_sorted(out, std::ranges::greater()),
          "entries come in the order in which they stand");
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Residency residency;
  std::vector<std::unique_ptr<JournalFile>> files;
  const auto open = [&] {
    auto image = Image::over(
        [&](uint64_t offset, std::span<char> out) {
          const std::string_view there = bytes.substr(std::min<uint64_t>(offset, size), out.size());
          std::memcpy(out.data(), there.data(), there.size());
          return there.size();
        },
        size, residency);
    require(image.has_value(), "there is address space for any file that fits into memory");
    files.push_back(std::make_unique<JournalFile>("fuzz", std::move(*image)));
  };
  open();
  JournalFile& file = *files[0];

  Match kernel;
  kernel.add("_TRANSPORT=kernel");
  kernel.disjunction();
  kernel.add("PRIORITY=3");
  kernel.add("SYSLOG_IDENTIFIER=app");
  const std::vector<uint64_t> forward = walk(file, Match(), Direction::Forward);
  (void)walk(file, Match(), Direction::Backward);
  (void)walk(file, kernel, Direction::Forward);
  (void)walk(file, kernel, Direction::Backward);

  std::set<uint64_t> scanned;
  for (uint64_t i = 0; i < file.scanned().size(); ++i) scanned.insert(file.scanned().at(i));
  if (file.damaged()) {
    for (const uint64_t entry : walk(file, Match(), Direction::Forward))
      require(scanned.contains(entry), "a damaged file shows what a scan finds");
  }
  for (const auto& gap : file.scanned().gaps())
    require(gap.begin <= gap.end && gap.end <= std::max<uint64_t>(size, gap.begin), "what is lost lies in the file");

  for (const OutputMode mode : {OutputMode::Short, OutputMode::Json, OutputMode::Export}) {
    const auto writer = make_writer(mode, {}, true);
    std::string out;
    for (const uint64_t offset : forward) {
      out.clear();
      if (const auto entry = file.entry(offset)) (void)writer->write(file, *entry, out);
    }
  }
  for (const Boot& boot : list_boots(files)) (void)find_end(files, boot);
  (void)find_units(files, "*");
  (void)report_damage(file);
  return 0;
}
