// How the recorder is set up: one TOML file, or flags of the same names, or neither.
//
//     data = "/srv/inquest"
//     [http]
//     listen = ["127.0.0.1:8086", "tls:192.0.2.1:8086"]
//     max-body = "64MiB"
//
// is `--data /srv/inquest --http 127.0.0.1:8086,tls:192.0.2.1:8086 --http-max-body 64MiB`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/allow_list.h"
#include "record/listen_address.h"
#include "record/setting.h"

namespace inquest::record {

// The values of one section. Asking for a name, or a kind, that its group does not declare is a bug, and throws.
class Section {
 public:
  bool flag(std::string_view name) const { return get<bool>(name); }
  uint64_t count(std::string_view name) const { return get<uint64_t>(name); }
  uint64_t size(std::string_view name) const { return get<uint64_t>(name); }  // bytes
  Ns duration(std::string_view name) const { return get<Ns>(name); }
  const std::string& text(std::string_view name) const { return get<std::string>(name); }
  const std::vector<std::string>& texts(std::string_view name) const { return get<std::vector<std::string>>(name); }
  const std::vector<ListenAddress>& addresses(std::string_view name) const {
    return get<std::vector<ListenAddress>>(name);
  }
  const AllowList& networks(std::string_view name) const { return get<AllowList>(name); }

  friend bool operator==(const Section&, const Section&) = default;

 private:
  friend class Config;
  using Value =
      std::variant<bool, uint64_t, Ns, std::string, std::vector<std::string>, std::vector<ListenAddress>, AllowList>;
  template <class T>
  const T& get(std::string_view name) const {
    return std::get<T>(values_.at(std::string(name)));
  }
  static Result<Value> parse(SettingKind kind, const std::vector<std::string>& words);

  std::map<std::string, Value> values_;
};

class Config {
 public:
  // All defaults.
  Config();

  // The file's values over the present ones. An error names file and line.
  Result<void> load(const std::string& path);
  // The same from text; `where` is what errors call it.
  Result<void> load(std::string_view toml, std::string_view where);
  // One value from the command line; `flag` without its dashes: "data", "http", "http-max-body". NotFound for a flag
  // that does not exist.
  Result<void> set(std::string_view flag, std::string_view value);

  // Takes over another one's values. References to sections stay good, and show the new values.
  void take(Config&& other);

  const Section& general() const { return section(""); }
  const Section& section(std::string_view name) const { return sections_.at(std::string(name)); }

  // The folder to keep everything in: `data`, or $STATE_DIRECTORY (which systemd sets), or /var/lib/inquest for root,
  // or inquest in $XDG_DATA_HOME or ~/.local/share.
  std::string data_folder() const;

 private:
  std::map<std::string, Section> sections_;
};

// All that can be set: the general group first, then those of the listeners and of the recorder's other parts by name.
const std::vector<SettingGroup>& setting_groups();
// "http-max-body" for max-body of [http]; "http" for its listen.
std::string flag_name(const SettingGroup& group, const Setting& setting);
// The configuration file with all defaults, commented out and explained.
std::string commented_defaults();

}  // namespace inquest::record
