// zpool_status_json: `zpool status -j`: the state of pools and devices, for programs (OpenZFS 2.3).
// docs/formats/zpool_status_json.md Source: OpenZFS cmd/zpool/zpool_main.c (status_callback_json()).
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/json_facts.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

class ZpoolStatusJson : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    const std::string trouble = visit_json(
        bytes, [&](std::string_view path, std::string_view value, std::string_view at) { take(path, value, at); });
    if (!trouble.empty()) sink().problem(place_of_line(1), fmt::format("not whole JSON: {}", trouble));
  }

  // "pools.rpool.state", "pools.rpool.vdevs.rpool.vdevs.mirror-0.vdevs.sda3.checksum_errors",
  // "pools.rpool.scan_stats.errors", "pools.rpool.errors.0"
  void take(std::string_view path, std::string_view value, std::string_view at) {
    if (!path.starts_with("pools.")) return;
    path.remove_prefix(6);
    const size_t end = path.find('.');
    if (end == std::string_view::npos) return;
    const std::string_view pool = path.substr(0, std::min<size_t>(end, 256));
    const std::string_view rest = path.substr(end + 1);
    const Place place = at.empty() ? place_of_line(1) : place_of(at);
    if (rest == "state" || rest == "status" || rest == "action" || rest == "error_count") {
      fact(fmt::format("zpool.{}", key_name(rest)), fmt::format("{} {}", pool, value.substr(0, 512)), place);
      if (rest == "state" && value != "ONLINE")
        fact("zpool.unhealthy", fmt::format("{} {}", pool, value.substr(0, 32)), place);
      return;
    }
    if (rest.starts_with("scan_stats.")) {
      const std::string_view what = rest.substr(11);
      if (what == "function" || what == "state" || what == "errors" || what == "end_time")
        fact(fmt::format("zpool.scan-{}", key_name(what)), fmt::format("{} {}", pool, value.substr(0, 128)), place);
      return;
    }
    if (rest.starts_with("errlist.") || rest.starts_with("errors."))
      return fact("zpool.damaged", fmt::format("{}", value.substr(0, 512)), place);
    device(pool, rest, value, place);
  }

  void device(std::string_view pool, std::string_view rest, std::string_view value, const Place& place) {
    const size_t last = rest.rfind('.');
    if (!rest.starts_with("vdevs.") || last == std::string_view::npos) return;
    const std::string_view what = rest.substr(last + 1);
    const std::string_view above = rest.substr(0, last);
    const size_t vdevs = above.rfind("vdevs.");
    const std::string_view name = above.substr(vdevs + 6).substr(0, 256);
    const bool bad_state = what == "state" && value != "ONLINE";
    const bool errors = (what == "read_errors" || what == "write_errors" || what == "checksum_errors") && value != "0";
    if (what == "state" || errors)
      fact("zpool.device", fmt::format("{} {} {}={}", pool, name, what, value.substr(0, 64)), place);
    if (bad_state || errors)
      fact("zpool.device-trouble", fmt::format("{} {} {}={}", pool, name, what, value.substr(0, 64)), place);
  }

  static std::string key_name(std::string_view name) {
    std::string out(name);
    for (char& c : out) {
      if (c == '_') c = '-';
    }
    return out;
  }

  void fact(std::string_view key, std::string_view value, const Place& place) { sink().fact({}, key, value, place); }
};

Claim sniff(const Head& head) {
  const std::string_view bytes = trim(head.bytes.substr(0, 4096));
  if (!bytes.starts_with('{')) return Claim::No;
  const bool ours = bytes.find("\"output_version\"") != std::string_view::npos &&
                    bytes.find("\"zpool status\"") != std::string_view::npos;
  return ours ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ZpoolStatusJson>(sink); }

}  // namespace

extern const Decoder zpool_status_json_decoder;
const Decoder zpool_status_json_decoder{"zpool_status_json", "zpool status -j: pools and devices, in JSON", sniff,
                                        open};

}  // namespace inquest::decode
