// journalctl as a peer of `inquest journal` on damaged files: whatever it still shows, we show, field by field; and so
// is every entry that the damage left whole, which journalctl's way through the file does not reach.

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "journal/journal_file.h"
#include "journal/scan.h"
#include "support/journal_remote.h"
#include "support/process.h"
#include "support/temp_folder.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kEntries = 600;

// Numbered entries of two boots, with values that many share, long ones, and bytes that are no text.
std::string numbered_stream() {
  std::string out;
  for (uint64_t i = 0; i < kEntries; ++i) {
    const uint64_t boot = i / (kEntries / 2);
    const uint64_t uptime = (i % (kEntries / 2) + 1) * 1'000'123;
    ExportEntry entry(1'770'652'489'000'000 + boot * 3'000'000'000 + uptime, uptime, boot + 0xabc);
    entry.with("_HOSTNAME", "node-b").with("PRIORITY", std::to_string(i % 8));
    entry.with("_TRANSPORT", i % 3 == 0 ? "kernel" : "syslog").with("SYSLOG_IDENTIFIER", fmt::format("p{}", i % 4));
    entry.with("_SYSTEMD_UNIT", fmt::format("u{}.service", i % 3)).with("NUMBER", std::to_string(i));
    if (i % 17 == 0) entry.with("BLOB", std::string("\x00\x01\n\xFE=", 5));
    if (i % 29 == 0) entry.with("LONG", std::string(3000, static_cast<char>('a' + i % 26)));
    entry.with("MESSAGE", fmt::format("message {} of many", i % 5 == 0 ? i : i % 7));
    out += entry.text();
  }
  return out;
}

struct Bytes {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// A file, where its objects end, and what an entry needs to be whole.
struct Sample {
  std::string bytes;
  uint64_t used = 0;
  uint64_t header = 0;
  Bytes data_table;
  Bytes entry_array;                             // the list of all entries, its first piece
  std::map<uint64_t, std::vector<Bytes>> needs;  // by NUMBER
};

std::string read_all(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Where things lie, by our own reader of the file as it was before the damage.
void locate(const std::string& path, Sample& sample) {
  journal::Residency residency;
  auto image = journal::Image::map(path, residency);
  ASSERT_TRUE(image);
  journal::JournalFile file(path, std::move(*image));
  ASSERT_FALSE(file.damaged()) << file.damage();
  const journal::FileHeader& header = file.header();
  sample.header = header.size;
  sample.data_table = {header.data_hash_table, header.data_hash_table + header.data_hash_table_size};
  sample.entry_array = {header.entry_array, header.entry_array + 64};
  journal::ScannedEntries& entries = file.scanned();
  std::string scratch;
  for (uint64_t i = 0; i < entries.size(); ++i) {
    const auto entry = file.entry(entries.at(i));
    ASSERT_TRUE(entry);
    std::vector<Bytes> needed = {{entry->offset, entry->offset + entry->size}};
    uint64_t number = kEntries;
    for (uint32_t item = 0; item < entry->item_count; ++item) {
      const auto data = file.data(entry->item(item));
      ASSERT_TRUE(data);
      needed.push_back({data->offset, data->offset + data->size});
      const auto payload = file.payload(*data, scratch, 4096);
      if (payload && payload->starts_with("NUMBER="))
        number = parse_int<uint64_t>(payload->substr(7)).value_or(kEntries);
    }
    ASSERT_LT(number, kEntries);
    for (const Bytes& one : needed) sample.used = std::max(sample.used, one.end);
    sample.needs[number] = std::move(needed);
  }
  ASSERT_EQ(sample.needs.size(), kEntries);
}

// Damages the bytes, and tells which are no longer what they were.
struct Damage {
  std::string_view name;
  std::vector<Bytes> (*apply)(std::string& bytes, const Sample& sample);
};

std::vector<Bytes> cut(std::string& bytes, uint64_t at) {
  const uint64_t before = bytes.size();
  bytes.resize(at);
  return {{at, before}};
}
std::vector<Bytes> zero(std::string& bytes, Bytes range) {
  std::fill(bytes.begin() + static_cast<ptrdiff_t>(range.begin), bytes.begin() + static_cast<ptrdiff_t>(range.end),
            '\0');
  return {range};
}
std::vector<Bytes> flip(std::string& bytes, Bytes range, uint64_t step) {
  std::vector<Bytes> hit;
  for (uint64_t at = range.begin; at < range.end; at += step) {
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at / step % 8)));
    hit.push_back({at, at + 1});
  }
  return hit;
}

constexpr std::array kDamages = {
    Damage{"TheLastEntriesCut", [](std::string& b, const Sample& s) { return cut(b, s.used - 4096); }},
    Damage{"CutAt60Percent", [](std::string& b, const Sample& s) { return cut(b, s.used * 6 / 10 / 8 * 8); }},
    Damage{"CutWithinAnObject", [](std::string& b, const Sample& s) { return cut(b, s.used / 3 + 3); }},
    Damage{"HeaderZeroed", [](std::string& b, const Sample& s) { return zero(b, {0, s.header}); }},
    Damage{"FirstPageZeroed", [](std::string& b, const Sample&) { return zero(b, {0, 4096}); }},
    Damage{"MiddleZeroed",
           [](std::string& b, const Sample& s) { return zero(b, {s.used / 2, s.used / 2 + s.used / 10}); }},
    Damage{"HashTableZeroed", [](std::string& b, const Sample& s) { return zero(b, s.data_table); }},
    Damage{"ListOfEntriesZeroed", [](std::string& b, const Sample& s) { return zero(b, s.entry_array); }},
    Damage{"BitsFlippedInTheHeader", [](std::string& b, const Sample& s) { return flip(b, {96, s.header}, 13); }},
    Damage{"BitsFlippedAllOver",
           [](std::string& b, const Sample& s) { return flip(b, {s.data_table.end, s.used}, 4099); }},
};

bool whole(const std::vector<Bytes>& needed, const std::vector<Bytes>& lost) {
  return std::ranges::none_of(needed, [&](const Bytes& one) {
    return std::ranges::any_of(lost, [&](const Bytes& hole) { return one.begin < hole.end && hole.begin < one.end; });
  });
}

// Entries by NUMBER, which stays unique unless that is where the damage is. Cursors name a file whose header may be
// lost; the order of a field's several values means nothing.
std::multimap<std::string, Json> entries_of(const std::string& text) {
  std::multimap<std::string, Json> out;
  for (const std::string_view line : lines(text)) {
    Json entry = Json::parse(line, nullptr, false);
    EXPECT_TRUE(entry.is_object()) << line.substr(0, 400);
    if (!entry.is_object()) continue;
    entry.erase("__CURSOR");
    const std::string number = entry.contains("NUMBER") ? entry["NUMBER"].dump() : "";
    out.emplace(number, std::move(entry));
  }
  return out;
}

bool holds(const std::multimap<std::string, Json>& entries, const std::string& number, const Json& wanted) {
  const auto [from, to] = entries.equal_range(number);
  return std::any_of(from, to, [&](const auto& entry) { return entry.second == wanted; });
}

class JournalDamagePeer : public ::testing::TestWithParam<JournalFormat> {};

TEST_P(JournalDamagePeer, LosesNothingThatJournalctlFindsOrTheDamageLeft) {
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  write_journal(folder.path("j"), numbered_stream(), GetParam());
  const std::string path = folder.path("j/system.journal");
  Sample sample;
  sample.bytes = read_all(path);
  ASSERT_NO_FATAL_FAILURE(locate(path, sample));
  const auto theirs_of = [&] {
    return entries_of(output_of(fmt::format("journalctl --no-pager --file {} -o json 2>/dev/null", path)));
  };
  const auto before = theirs_of();
  ASSERT_EQ(before.size(), kEntries);

  for (const Damage& damage : kDamages) {
    SCOPED_TRACE(damage.name);
    std::string bytes = sample.bytes;
    const std::vector<Bytes> lost = damage.apply(bytes, sample);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    const auto ours = entries_of(run_inquest({"journal", path, "-o", "json"}).out);
    for (const auto& [number, entry] : theirs_of())
      EXPECT_TRUE(holds(ours, number, entry)) << "journalctl shows, and we do not: " << entry.dump();
    for (const auto& [number, needed] : sample.needs) {
      if (!whole(needed, lost)) continue;
      const std::string key = fmt::format("\"{}\"", number);
      const auto was = before.find(key);
      ASSERT_NE(was, before.end());
      EXPECT_TRUE(holds(ours, key, was->second)) << "lost, though it is whole: " << was->second.dump();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, JournalDamagePeer,
                         ::testing::Values(JournalFormat{true, true, "ZSTD"}, JournalFormat{false, true, "LZ4"},
                                           JournalFormat{false, false, "XZ"}, JournalFormat{true, false, "0"}));

}  // namespace
}  // namespace inquest::testing
