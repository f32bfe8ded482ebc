// ZFS' settings: `grep . /sys/module/zfs/parameters/*`, one file of that folder, or what `zfs version` and `modinfo
// zfs` say. Source: OpenZFS man/man4/zfs.4, cmd/zfs/zfs_main.c (zfs_version_print()).
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

struct Setting {
  std::string_view name;
  std::string_view value;
};

bool is_name(std::string_view text) {
  static constexpr std::array<std::string_view, 13> kStarts = {
      "zfs_", "zio_", "spa_", "dbuf_", "dmu_", "metaslab_", "l2arc_", "zvol_", "zil_", "vdev_", "spl_", "brt_", "ddt_"};
  return text.size() > 4 &&
         std::ranges::any_of(kStarts, [&](std::string_view start) { return text.starts_with(start); }) &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// "/sys/module/zfs/parameters/zfs_arc_max:8589934592", "zfs_arc_max = 8589934592", "zfs_arc_max 8589934592"
std::optional<Setting> setting(std::string_view line) {
  line = trim(line);
  if (const size_t folder = line.find("/parameters/"); line.starts_with('/') && folder != std::string_view::npos)
    line.remove_prefix(folder + 12);
  const size_t end = line.find_first_of(":= \t");
  if (end == std::string_view::npos || !is_name(line.substr(0, end))) return std::nullopt;
  std::string_view value = trim(line.substr(end));
  if (value.starts_with(':') || value.starts_with('=')) value = trim(value.substr(1));
  if (value.empty() || value.find(' ') != std::string_view::npos) return std::nullopt;
  return Setting{line.substr(0, end), value};
}

// "zfs-2.2.6-pve1" and "zfs-kmod-2.2.6-pve1": the tools and the module; the latter also as a file of /sys, grepped.
std::optional<Setting> version(std::string_view line) {
  line = trim(line);
  if (constexpr std::string_view kLoaded = "/sys/module/zfs/version:"; line.starts_with(kLoaded))
    return Setting{"zfs.module_version", line.substr(kLoaded.size())};
  for (const std::string_view start : {"zfs-kmod-", "zfs-"}) {
    if (!line.starts_with(start)) continue;
    const std::string_view value = line.substr(start.size());
    if (value.empty() || value[0] < '0' || value[0] > '9' || value.find(' ') != std::string_view::npos) return {};
    return Setting{start == "zfs-" ? "zfs.version" : "zfs.module_version", value};
  }
  return std::nullopt;
}

class ZfsParameters : public LineReader {
 public:
  explicit ZfsParameters(Sink& sink) : LineReader(sink), name_(sink.file_name()) {}

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const auto found = version(text)) return sink().fact(host_, found->name, found->value, place);
    if (const auto found = setting(text)) {
      return sink().fact(host_, fmt::format("zfs.parameter.{}", found->name), found->value, place);
    }
    if (const auto prompt = parse_shell_prompt(text)) {
      host_ = prompt->host;
    } else if (is_name(name_) && text.find(' ') == std::string_view::npos) {
      sink().fact(host_, fmt::format("zfs.parameter.{}", name_), trim(text), place);
    } else {
      sink().problem(place, "neither a parameter nor a version");
    }
  }

  std::string name_;
  std::string host_;
};

Claim sniff(const Head& head) {
  size_t lines = 0;
  size_t known = 0;
  size_t versions = 0;
  std::string_view last;
  for (const std::string_view line : head.lines()) {
    if (trim(line).empty() || parse_shell_prompt(line)) continue;
    ++lines;
    last = trim(line);
    if (version(line)) {
      ++versions;
    } else if (setting(line)) {
      ++known;
    }
  }
  if (lines == 0) return Claim::No;
  if (versions == lines && lines <= 2) return Claim::Certain;
  // A file of /sys: its name is the parameter's, its one line the value.
  if (lines == 1 && known == 0) return is_name(head.name) && parse_int<int64_t>(last) ? Claim::Likely : Claim::No;
  return known != 0 && (known + versions) * 5 >= lines * 4 ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ZfsParameters>(sink); }

}  // namespace

extern const Decoder zfs_parameters_decoder;
const Decoder zfs_parameters_decoder = {"zfs_parameters", "settings and versions of ZFS, as they run", sniff, open};

}  // namespace inquest::decode
