// mdstat: /proc/mdstat and `mdadm --detail`: software RAIDs and which of their disks failed. docs/formats/mdstat.md
// Source: Linux drivers/md/md.c (md_seq_show()), mdadm Detail.c.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool is_array_name(std::string_view word) {
  return word.starts_with("md") && word.size() > 2 && word.size() <= 40 && word.find('/') == std::string_view::npos;
}

// "md0 : active raid1 sdb1[1] sda1[0](F)"
std::optional<Field> parse_array(std::string_view line) {
  if (line.starts_with(' ')) return std::nullopt;
  const auto field = split_field(line);
  if (!field || !is_array_name(field->key)) return std::nullopt;
  const bool state =
      field->value.starts_with("active") || field->value.starts_with("inactive") || field->value.starts_with("broken");
  return state ? field : std::nullopt;
}

// "/dev/md0:", the first line of `mdadm --detail`.
std::string_view parse_detail(std::string_view line) {
  if (!line.starts_with("/dev/md") || !line.ends_with(':')) return {};
  return line.substr(0, line.size() - 1);
}

// "[UU_U]" as the line's last word: a lower line stands for a disk that is missing.
std::string_view members_of(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.empty()) return {};
  const std::string_view last = words.back();
  if (last.size() < 3 || !last.starts_with('[') || !last.ends_with(']')) return {};
  return last.find_first_not_of("U_", 1) == last.size() - 1 ? last : std::string_view();
}

class Mdstat : public ToolReader {
 public:
  explicit Mdstat(Sink& sink) : ToolReader(sink, {"cat", "mdadm", "head", "watch"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (++count_ > kMost) return sink().problem(place, "more lines than are read: the rest was left out");
    if (line.starts_with("Personalities :") || line.starts_with("unused devices:")) return;
    if (const auto array = parse_array(text)) {
      array_ = std::string(array->key);
      detail_ = false;
      fact("md.array", fmt::format("{} {}", array_, array->value.substr(0, 512)), place);
      for (const std::string_view member : split_blanks(array->value)) {
        if (member.ends_with("(F)"))
          fact("md.failed", fmt::format("{} {}", array_, member.substr(0, member.find('[')).substr(0, 64)), place);
      }
      return;
    }
    if (const auto detail = parse_detail(line); !detail.empty()) {
      array_ = std::string(detail.substr(0, 64));
      detail_ = true;
      return;
    }
    if (array_.empty()) return sink().problem(place, "a line before the first array");
    if (detail_) return detail(line, place);
    // "      976630464 blocks super 1.2 [2/1] [U_]", "[=>...]  recovery = 8.5% (...) finish=85.2min speed=...",
    // "bitmap:"
    const std::string_view members = members_of(line);
    if (members.find('_') != std::string_view::npos)
      fact("md.degraded", fmt::format("{} {}", array_, members.substr(0, 64)), place);
    for (const std::string_view what : {"recovery", "resync", "reshape", "check"}) {
      if (line.find(fmt::format("{} =", what)) != std::string_view::npos ||
          line.find(fmt::format("{}=", what)) != std::string_view::npos)
        fact("md.progress", fmt::format("{} {}", array_, line.substr(0, 256)), place);
    }
    if (line.find(" blocks") != std::string_view::npos)
      fact("md.size", fmt::format("{} {}", array_, line.substr(0, 256)), place);
  }

  // "             State : clean, degraded", "       1       8       17        -      faulty   /dev/sdb1"
  void detail(std::string_view line, const Place& place) {
    const auto field = split_field(line);
    if (field && field->key.find("  ") == std::string_view::npos && line.find(" : ") != std::string_view::npos) {
      fact(fmt::format("md.{}", key_of(field->key)), fmt::format("{} {}", array_, field->value.substr(0, 256)), place);
      if (field->key == "State" && field->value.find("degraded") != std::string_view::npos)
        fact("md.degraded", fmt::format("{} {}", array_, field->value.substr(0, 64)), place);
      return;
    }
    const auto words = split_blanks(line);
    if (words.size() < 5 || words[0] == "Number") return;
    fact("md.member", fmt::format("{} {}", array_, line.substr(0, 256)), place);
    if (line.find("faulty") != std::string_view::npos)
      fact("md.failed", fmt::format("{} {}", array_, words.back().substr(0, 64)), place);
  }

  static constexpr size_t kMost = 20'000;
  std::string array_;
  bool detail_ = false;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"cat", "mdadm", "head", "watch"}, 10);
  for (size_t i = 0; i < tool.lines.size(); ++i) {
    const std::string_view line = tool.lines[i];
    if (line.starts_with("Personalities :") || parse_array(line)) return Claim::Certain;
    if (!parse_detail(trim(line)).empty() && i + 1 < tool.lines.size() &&
        tool.lines[i + 1].find(" : ") != std::string_view::npos)
      return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Mdstat>(sink); }

}  // namespace

extern const Decoder mdstat_decoder;
const Decoder mdstat_decoder{"mdstat", "/proc/mdstat, mdadm --detail: software RAIDs and failed disks", sniff, open};

}  // namespace inquest::decode
