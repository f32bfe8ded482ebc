// lsblk: block devices, how they are stacked and where they are mounted; also `blkid`. docs/formats/lsblk.md
// Source: util-linux misc-utils/lsblk.c, misc-utils/blkid.c.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// The columns of "NAME        MAJ:MIN RM   SIZE RO TYPE MOUNTPOINTS", by where they begin and end.
struct Column {
  std::string name;
  size_t begin = 0;
  size_t end = 0;
};

std::vector<Column> heading(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 2 || words.size() > 40 || words[0] != "NAME") return {};
  bool known = false;
  for (const std::string_view word : words) {
    if (word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-%_") != std::string_view::npos) return {};
    known = known || word == "MAJ:MIN" || word == "FSTYPE" || word == "MOUNTPOINT" || word == "MOUNTPOINTS" ||
            word == "ROTA" || word == "PKNAME" || word == "SERIAL";
  }
  if (!known) return {};
  std::vector<Column> out;
  for (const std::string_view word : words) {
    const auto begin = static_cast<size_t>(word.data() - line.data());
    out.push_back({std::string(word), begin, begin + word.size()});
  }
  return out;
}

// A line with the tree's branches ("├─", "└─", "│", "|-", "`-") as blanks of the same width in columns.
std::string without_branches(std::string_view line) {
  std::string out;
  size_t i = 0;
  while (i < line.size() && line[i] == ' ') out += line[i++];
  while (i < line.size()) {
    const std::string_view rest = line.substr(i);
    if (rest.starts_with("\xE2\x94")) {
      out += ' ';
      i += std::min<size_t>(3, rest.size());
    } else if (rest.starts_with("|-") || rest.starts_with("`-")) {
      out += "  ";
      i += 2;
    } else if (rest.starts_with("| ")) {
      out += ' ';
      ++i;
    } else {
      break;
    }
    while (i < line.size() && line[i] == ' ') out += line[i++];
  }
  return out + std::string(line.substr(i));
}

// `/dev/sda1: UUID="..." TYPE="ext4"`
bool is_blkid(std::string_view line) {
  return line.starts_with("/dev/") && line.find(": ") != std::string_view::npos &&
         (line.find(" TYPE=\"") != std::string_view::npos || line.find("UUID=\"") != std::string_view::npos) &&
         line.ends_with('"');
}

class Lsblk : public ToolReader {
 public:
  explicit Lsblk(Sink& sink) : ToolReader(sink, {"lsblk", "blkid"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (auto columns = heading(text); !columns.empty()) {
      columns_ = std::move(columns);
      return;
    }
    if (++count_ > kMost) return sink().problem(place, "more devices than a host has: the rest was left out");
    if (is_blkid(trim(text))) return fact("blkid", trim(text).substr(0, 512), place);
    if (columns_.empty()) return sink().problem(place, "a line before the heading");
    row(without_branches(text), place);
  }

  // Each word belongs to the column whose heading it overlaps, or the one that begins nearest before it.
  void row(const std::string& line, const Place& place) {
    const auto words = split_blanks(line);
    if (words.empty()) return;
    // A second mount point stands on a line of its own.
    if (!columns_.empty() && static_cast<size_t>(words[0].data() - line.data()) > columns_.back().begin / 2 &&
        words[0].starts_with('/') && words.size() == 1)
      return fact("block.mount", fmt::format("{} {}", name_, words[0].substr(0, 256)), place);
    name_ = std::string(words[0].substr(0, 128));
    std::string value = name_;
    for (size_t i = 1; i < words.size(); ++i) {
      const auto begin = static_cast<size_t>(words[i].data() - line.data());
      const size_t end = begin + words[i].size();
      size_t column = 1;
      for (size_t c = 1; c < columns_.size(); ++c) {
        if (begin < columns_[c].end && columns_[c].begin < end) {
          column = c;
          break;
        }
        if (columns_[c].begin <= begin) column = c;
      }
      if (column < columns_.size())
        value += fmt::format(" {}={}", columns_[column].name, with_point(words[i].substr(0, 128)));
    }
    fact("block", value, place);
  }

  static constexpr size_t kMost = 20'000;
  std::vector<Column> columns_;
  std::string name_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"lsblk", "blkid"}, 20);
  if (tool.lines.empty()) return Claim::No;
  if (is_blkid(trim(tool.lines.front()))) return Claim::Certain;
  // `lsblk -f` and others may warn before their heading.
  for (size_t i = 0; i < tool.lines.size() && i < 3; ++i) {
    if (!heading(tool.lines[i]).empty()) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Lsblk>(sink); }

}  // namespace

extern const Decoder lsblk_decoder;
const Decoder lsblk_decoder{"lsblk", "lsblk, blkid: disks, partitions and where they are mounted", sniff, open};

}  // namespace inquest::decode
