// A telemetry database that is asked for the figures of one host around its death.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "evidence/remote/http.h"
#include "evidence/remote/url.h"
#include "evidence/walk.h"

namespace inquest::evidence {

// Which figures: of one host, as the database names it, from `from` to `to` (UTC, both inclusive).
struct RemoteWindow {
  std::string host;
  Ns from = 0;
  Ns to = 0;
};

// One question, and the name under which its answer is evidence: "influx://pve:8086/telegraf?q=SELECT ...", by which a
// reader can ask again.
struct RemoteQuery {
  std::string name;
  HttpRequest request;
};

class RemoteSource {
 public:
  static std::unique_ptr<RemoteSource> of(RemoteUrl url);
  virtual ~RemoteSource() = default;
  RemoteSource(const RemoteSource&) = delete;
  RemoteSource& operator=(const RemoteSource&) = delete;

  // For messages: the address without credentials.
  const std::string& shown() const { return url_.shown; }

  // The hosts that have figures, sorted. An error where the database cannot be asked, is not there, or refuses.
  virtual Result<std::vector<std::string>> hosts() = 0;
  // Questions for what tells when a host was started: uptime counters, which are a small part of all figures.
  virtual std::vector<RemoteQuery> boots(const RemoteWindow& window) = 0;
  // Questions for every series that matters to a death: processor, memory, network, disks, temperatures, load. What the
  // database does not have is not asked for.
  virtual Result<std::vector<RemoteQuery>> figures(const RemoteWindow& window) = 0;

 protected:
  explicit RemoteSource(RemoteUrl url) : url_(std::move(url)) {}
  const RemoteUrl& url() const { return url_; }

 private:
  RemoteUrl url_;
};

// Asks, and gives each answer to the visitor as one item, kept within `limits`; what fails is refused under its name.
void fetch(std::span<const RemoteQuery> queries, const Limits& limits, Visitor& visitor);

// What `wanted` is called among `names`: the name itself, the same without domain or port ("pve1" for
// "pve1.lan:9100"), or nothing where none or several fit.
std::string find_host(std::span<const std::string> names, std::string_view wanted);

}  // namespace inquest::evidence
