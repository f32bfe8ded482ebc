// kdump_conf: how crash dumps are set up: /etc/default/kdump-tools, /etc/kdump.conf, `kdump-config show`.
// docs/formats/kdump_conf.md
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// Of kdump.conf(5), those of RHEL 5 and 6 included.
constexpr std::string_view kDirectives[] = {"path",
                                            "core_collector",
                                            "kdump_post",
                                            "kdump_pre",
                                            "extra_bins",
                                            "extra_modules",
                                            "failure_action",
                                            "default",
                                            "final_action",
                                            "force_rebuild",
                                            "force_no_rebuild",
                                            "dracut_args",
                                            "fence_kdump_args",
                                            "fence_kdump_nodes",
                                            "ssh",
                                            "sshkey",
                                            "nfs",
                                            "raw",
                                            "ext2",
                                            "ext3",
                                            "ext4",
                                            "xfs",
                                            "btrfs",
                                            "virtiofs",
                                            "auto_reset_crashkernel",
                                            "dracut_mount",
                                            "override_resettable",
                                            "debug_mem_level",
                                            "minix",
                                            "net",
                                            "nfs4",
                                            "auto",
                                            "link_delay",
                                            "kdump_obj",
                                            "disk_timeout",
                                            "options",
                                            "blacklist",
                                            "sshkey_path"};
constexpr std::string_view kTelling[] = {"core_collector",    "failure_action",         "final_action",  "kdump_post",
                                         "fence_kdump_nodes", "auto_reset_crashkernel", "force_rebuild", "dracut_args"};
// Where a dump goes.
constexpr std::string_view kPlaces[] = {"path", "net",  "ssh", "nfs",   "nfs4",  "raw",
                                        "ext3", "ext4", "xfs", "btrfs", "sshkey"};
// Of kdump-config's show.
constexpr std::string_view kShown[] = {"DUMP_MODE",        "USE_KDUMP",     "KDUMP_COREDIR", "KDUMP_SYSCTL",
                                       "crashkernel addr", "current state", "kexec command"};

bool in(auto& list, std::string_view word) { return std::ranges::find(list, word) != std::ranges::end(list); }

std::string_view unquoted(std::string_view value) {
  if (value.size() > 1 && (value[0] == '"' || value[0] == '\'')) {
    const size_t close = value.find(value[0], 1);
    return close == std::string_view::npos ? value.substr(1) : value.substr(1, close - 1);
  }
  return trim(value.substr(0, value.find(" #")));
}

// A shell variable of kdump-tools or of /etc/sysconfig/kdump.
bool variable(std::string_view key) {
  if (key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != std::string_view::npos) return false;
  return key == "USE_KDUMP" || key.starts_with("KDUMP_") || key == "MAKEDUMP_ARGS" || key == "DEBUG_KERNEL" ||
         key.starts_with("KEXEC_") || key == "SSH" || key == "SSH_KEY" || key == "NFS" || key == "HOSTTAG" ||
         key == "FTP" || key == "MKDUMPRD_ARGS" || key == "MAKEDUMPFILE_OPTIONS";
}

class KdumpConf : public ToolReader {
 public:
  explicit KdumpConf(Sink& sink) : ToolReader(sink, {"kdump-config", "kdumpctl", "cat"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line[0] == '#') return;
    const auto assigned = split_field(line, '=');
    if (assigned && variable(assigned->key)) return add(key_of(assigned->key), unquoted(assigned->value), place);
    const auto field = split_field(line, ':');
    if (field && in(kShown, field->key)) return add(key_of(field->key), field->value, place);
    const size_t blank = line.find_first_of(" \t");
    if (in(kDirectives, line.substr(0, blank))) {
      std::string_view value = blank == std::string_view::npos ? std::string_view() : trim(line.substr(blank));
      value = trim(value.substr(0, value.find(" #")));
      return add(key_of(line.substr(0, blank)), value, place);
    }
    // RHEL's kdumpctl: "kdump: Kdump is operational", "kdump: Reserved 256MB memory for crash kernel"
    if (field && field->key == "kdump") return add("status", field->value, place);
    // What kdump-config shows below a key: the links to kernel and initrd, the command.
    if (text[0] == ' ' || line[0] == '/' || line.starts_with("kdump initrd") || line.starts_with("kdump kernel"))
      return;
    sink().problem(place, "a line that kdump does not know");
  }

  void add(std::string_view key, std::string_view value, const Place& place) {
    fact(fmt::format("kdump.{}", key), value.substr(0, 512), place);
  }
};

Claim sniff(const Head& head) {
  size_t known = 0;
  size_t others = 0;
  size_t places = 0;
  bool telling = false;
  for (const std::string_view text : tool_head(head, {"kdump-config", "kdumpctl", "cat"}).lines) {
    const std::string_view line = trim(text);
    if (line[0] == '#') continue;
    const auto assigned = split_field(line, '=');
    const auto field = split_field(line, ':');
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    const bool ours = (assigned && variable(assigned->key)) ||
                      (field && (field->key == "kdump" || in(kShown, field->key))) || in(kDirectives, word);
    ++(ours ? known : others);
    if (in(kPlaces, word)) ++places;
    telling = telling || (assigned && (assigned->key == "USE_KDUMP" || assigned->key.starts_with("KDUMP_"))) ||
              (field && (field->key == "kdump" || field->key == "DUMP_MODE" || field->key == "USE_KDUMP")) ||
              in(kTelling, word);
  }
  // A target and a path in it say it as well, where nothing else stands in the file.
  if (places >= 2 && others == 0) telling = true;
  return telling && others <= known ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<KdumpConf>(sink); }

}  // namespace

extern const Decoder kdump_conf_decoder;
const Decoder kdump_conf_decoder{"kdump_conf", "kdump-tools, kdump.conf, kdump-config show: crash dumps", sniff, open};

}  // namespace inquest::decode
