// mount_table: /etc/fstab, /proc/mounts and `mount`. docs/formats/mount_table.md
// Source: fstab(5), mount(8).
#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

struct Entry {
  std::string_view device;
  std::string_view where;
  std::string_view type;
  std::string_view options;
  bool live = false;  // mounted, as `mount` says
};

bool number(std::string_view word) { return word == "0" || word == "1" || word == "2"; }

// "tmpfs on /var/log type tmpfs (rw,nosuid,size=131072k)"; "tmpfs /var/log tmpfs rw,size=128M 0 0"
// "39 0 253:0 / / rw,relatime shared:1 - xfs /dev/mapper/vg-root rw,attr2": /proc/PID/mountinfo
std::optional<Entry> parse_mountinfo(std::span<const std::string_view> words) {
  if (words.size() < 9 || !parse_int<uint32_t>(words[0]) || !parse_int<uint32_t>(words[1]) || words[4][0] != '/')
    return std::nullopt;
  const auto dash = std::ranges::find(words.subspan(6), "-");
  if (words[2].find(':') == std::string_view::npos || words.end() - dash < 4) return std::nullopt;
  return Entry{dash[2], words[4], dash[1], words[5], true};
}

std::optional<Entry> parse(std::string_view line) {
  // fstab(5) has no comments behind an entry, but mount takes what stands there for nothing.
  line = trim(line.substr(0, line.find(" #")));
  const size_t on = line.find(" on /");
  const size_t type = line.find(" type ", on == std::string_view::npos ? 0 : on);
  const size_t open = line.rfind(" (");
  if (on != std::string_view::npos && type != std::string_view::npos && open != std::string_view::npos && type < open &&
      (line.ends_with(')') || line.ends_with(']'))) {
    return Entry{line.substr(0, on), line.substr(on + 4, type - on - 4), trim(line.substr(type + 6, open - type - 6)),
                 line.substr(open + 2, std::min(line.find(')', open), line.size()) - open - 2), true};
  }
  const auto words = split_blanks(line);
  if (const auto found = parse_mountinfo(words)) return found;
  if (words.size() < 4 || words.size() > 6) return std::nullopt;
  if (words[1][0] != '/' && words[1] != "none" && words[1] != "swap") return std::nullopt;
  const bool device = words[0][0] == '/' || words[0].find('=') != std::string_view::npos ||
                      words[0].find(':') != std::string_view::npos || words[0] == words[2] || words[0] == "none" ||
                      words[2] == "zfs" || words[2] == "tmpfs" || words.size() == 6;
  if (!device || words[2].find('/') != std::string_view::npos) return std::nullopt;
  for (size_t i = 4; i < words.size(); ++i) {
    if (!number(words[i])) return std::nullopt;
  }
  return Entry{words[0], words[1], words[2], words[3], false};
}

class MountTable : public ToolReader {
 public:
  explicit MountTable(Sink& sink) : ToolReader(sink, {"mount", "cat", "findmnt"}) {}

 private:
  void command(std::string_view typed, const Place& /*place*/) override {
    proc_ = typed.find("/proc/") != std::string_view::npos || typed.find("mtab") != std::string_view::npos;
  }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line[0] == '#') return;
    const auto entry = parse(line);
    if (!entry) return sink().problem(place, "a line that is no mount");
    if (++count_ > kMost) return sink().problem(place, "more mounts than a host has: the rest was left out");
    // /proc/mounts begins with what fstab never has.
    proc_ = proc_ || entry->device == "sysfs" || entry->device == "proc" || sink().file_name() == "mounts";
    fact(entry->live || proc_ ? "mount" : "fstab",
         fmt::format("{} {} {} {}", entry->where.substr(0, 256), entry->device.substr(0, 256),
                     entry->type.substr(0, 64), entry->options.substr(0, 256)),
         place);
  }

  static constexpr size_t kMost = 20'000;
  bool proc_ = false;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  size_t good = 0;
  size_t others = 0;
  for (const std::string_view text : tool_head(head, {"mount", "cat", "findmnt"}).lines) {
    const std::string_view line = trim(text);
    if (line[0] == '#') continue;
    ++(parse(line) ? good : others);
  }
  return good != 0 && others * 4 <= good ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<MountTable>(sink); }

}  // namespace

extern const Decoder mount_table_decoder;
const Decoder mount_table_decoder{"mount_table", "fstab, /proc/mounts, mount: what is mounted where", sniff, open};

}  // namespace inquest::decode
