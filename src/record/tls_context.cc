#include "record/tls_context.h"

#include <cstdlib>
#include <utility>

#include <sys/stat.h>

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>

namespace inquest::record {
namespace {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> read_files(const TlsContext::Files& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                           ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                       error);
  const auto no = [&](const std::string& file) {
    return fail(ErrorCode::Failed, fmt::format("{}: {}", file, error.message()));
  };
  if (context->use_certificate_chain_file(files.certificate, error)) return no(files.certificate);
  if (context->use_private_key_file(files.key, ssl::context::pem, error)) return no(files.key);
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return fail(ErrorCode::Failed, fmt::format("{} is not the key of {}", files.key, files.certificate));
  // A client that asks for a new handshake again and again makes the server do the work.
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  if (files.client_ca.empty()) return context;
  if (context->load_verify_file(files.client_ca, error)) return no(files.client_ca);
  context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  return context;
}

}  // namespace

TlsContext::TlsContext(Files files, std::function<void(std::string_view)> log)
    : files_(std::move(files)), log_(std::move(log)) {}

TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::load(Files files, std::function<void(std::string_view)> log) {
  std::unique_ptr<TlsContext> made(new TlsContext(std::move(files), std::move(log)));
  made->stamp_ = made->stamp();
  auto context = read_files(made->files_);
  if (!context) return fail(context.error());
  made->context_ = std::move(*context);
  return made;
}

std::string TlsContext::stamp() const {
  std::string out;
  for (const std::string& file : {files_.certificate, files_.key, files_.client_ca}) {
    struct stat status{};
    if (file.empty() || stat(file.c_str(), &status) != 0) continue;
    out += fmt::format("{} {} {} {};", status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  }
  return out;
}

std::shared_ptr<ssl::context> TlsContext::current(Ns now) {
  if (std::llabs(now - looked_) < kSecond) return context_;
  looked_ = now;
  std::string seen = stamp();
  if (seen == stamp_) return context_;
  stamp_ = std::move(seen);
  if (auto context = read_files(files_); context) {
    context_ = std::move(*context);
  } else {
    // Perhaps half of the files are there yet: they change once more then, and are read again.
    log_(fmt::format("the new certificate can't be used, the old one stays: {}", context.error().message));
  }
  return context_;
}

}  // namespace inquest::record
