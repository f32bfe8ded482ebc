// A recorder that is asked: a running one over HTTP, or the folder of one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace inquest::app {

// Answers are the JSON of docs/recorder-api.md.
class RecorderView {
 public:
  virtual ~RecorderView() = default;
  virtual Result<std::string> hosts() = 0;
  virtual Result<std::string> incidents() = 0;
  virtual Result<std::string> incident(uint64_t id) = 0;
  // The last `limit` messages where `after` is 0, else those that were stored behind that row. Empty host: of all.
  virtual Result<std::string> events(std::string_view host, uint64_t after, uint64_t limit) = 0;
  virtual Result<std::string> evidence(std::string_view host, Ns at) = 0;
  // A running recorder alone takes one.
  virtual Result<std::string> maintenance(std::string_view host, Ns length) = 0;
};

// Where a recorder listens that was not told otherwise.
inline constexpr std::string_view kDefaultRecorder = "http://127.0.0.1:8086";

// `where` is a URL, with the token in $INQUEST_TOKEN if one is needed, or a folder, which is not written to.
Result<std::unique_ptr<RecorderView>> open_recorder(const std::string& where);
// Of a store at hand.
std::unique_ptr<RecorderView> view_of(std::unique_ptr<store::Store> store, std::function<Ns()> utc);

// `--recorder WHERE`, the same for every command that asks one.
void add_recorder_option(CLI::App& options, std::string& where);

}  // namespace inquest::app
