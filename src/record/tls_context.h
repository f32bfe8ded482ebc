// The certificate that listeners with tls: show, read again when its file changes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace boost::asio::ssl {
class context;
}

namespace inquest::record {

// TLS 1.2 and newer. Used on the network thread only.
class TlsContext {
 public:
  struct Files {
    std::string certificate;  // PEM, with its chain
    std::string key;          // PEM
    std::string client_ca;    // PEM; when set, clients need a certificate signed by one of these
  };
  // `log` is told, in one line, when files that changed can't be used: the old ones stay in use then.
  static Result<std::unique_ptr<TlsContext>> load(Files files, std::function<void(std::string_view)> log);
  ~TlsContext();

  // For a new connection, which keeps what it got. Looks at the files once a second at most; `now` is of a clock
  // that does not jump.
  std::shared_ptr<boost::asio::ssl::context> current(Ns now);

 private:
  TlsContext(Files files, std::function<void(std::string_view)> log);
  std::string stamp() const;

  Files files_;
  std::function<void(std::string_view)> log_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::string stamp_;  // what the files looked like when they were read, or tried
  Ns looked_ = 0;
};

}  // namespace inquest::record
