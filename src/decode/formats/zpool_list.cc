// zpool_list: `zpool list`, `zfs list` and `zpool iostat`: how full pools and datasets are, and what they do.
// docs/formats/zpool_list.md Source: OpenZFS cmd/zpool/zpool_main.c (print_header()), cmd/zfs/zfs_main.c.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

enum class Table : uint8_t { None, Pools, Datasets, Iostat };

struct Heading {
  Table table = Table::None;
  std::vector<std::string> columns;
};

// "NAME    SIZE  ALLOC   FREE  CKPOINT  EXPANDSZ   FRAG    CAP  DEDUP    HEALTH  ALTROOT", "NAME  USED  AVAIL  REFER
// MOUNTPOINT", "pool        alloc   free   read  write   read  write"
Heading heading(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 4 || words.size() > 30) return {};
  const auto has = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
  Heading out;
  if (words[0] == "NAME" && has("SIZE") && has("ALLOC") && has("HEALTH")) out.table = Table::Pools;
  if (words[0] == "NAME" && has("USED") && (has("REFER") || has("MOUNTPOINT"))) out.table = Table::Datasets;
  if (words[0] == "pool" && words[1] == "alloc" && has("read") && has("write")) out.table = Table::Iostat;
  if (out.table == Table::None) return {};
  for (const std::string_view word : words) out.columns.push_back(lower(word));
  return out;
}

class ZpoolList : public ToolReader {
 public:
  explicit ZpoolList(Sink& sink) : ToolReader(sink, {"zpool", "zfs"}) {}

 private:
  void command(std::string_view /*typed*/, const Place& /*place*/) override { heading_ = {}; }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    // zpool iostat rules its table with dashes and has a second heading above it.
    if (line.empty() || line.find_first_not_of("- ") == std::string_view::npos) return;
    if (line.starts_with("capacity ") || line == "no pools available" || line == "no datasets available") return;
    if (auto found = heading(line); found.table != Table::None) {
      heading_ = std::move(found);
      return;
    }
    if (heading_.table == Table::None) return sink().problem(place, "a line before the heading");
    if (++count_ > kMost) return sink().problem(place, "more rows than are kept: the rest was left out");
    const auto cells = cells_of(line, heading_.columns.size());
    // `zpool list -v` shows the devices of a pool below it, with fewer figures; `iostat` too.
    if (cells.size() < 3) return;
    std::string value(cells[0].substr(0, 256));
    std::string_view health;
    for (size_t i = 1; i < cells.size() && i < heading_.columns.size(); ++i) {
      if (cells[i] == "-") continue;
      value += fmt::format(" {}={}", heading_.columns[i], with_point(cells[i].substr(0, 200)));
      if (heading_.columns[i] == "health") health = cells[i];
    }
    switch (heading_.table) {
      case Table::Pools:
        fact("zpool.list", value, place);
        if (!health.empty() && health != "ONLINE")
          fact("zpool.unhealthy", fmt::format("{} {}", cells[0].substr(0, 256), health.substr(0, 32)), place);
        break;
      case Table::Datasets: fact("zfs.dataset", value, place); break;
      default: fact("zpool.iostat", value, place);
    }
  }

  static constexpr size_t kMost = 50'000;
  Heading heading_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"zpool", "zfs"}, 5);
  for (size_t i = 0; i < tool.lines.size() && i < 2; ++i) {
    if (heading(tool.lines[i]).table != Table::None) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ZpoolList>(sink); }

}  // namespace

extern const Decoder zpool_list_decoder;
const Decoder zpool_list_decoder{"zpool_list", "zpool list, zfs list, zpool iostat: how full pools are", sniff, open};

}  // namespace inquest::decode
