#include "evidence/remote/curl_library.h"

#include "base/shared_library.h"

namespace inquest::evidence {
namespace {

Result<CurlLibrary> load() {
  auto library = SharedLibrary::load("libcurl.so.4");
  if (!library) return fail(library.error());
  CurlLibrary out;
  library->bind(out.easy_init, "curl_easy_init");
  library->bind(out.easy_setopt, "curl_easy_setopt");
  library->bind(out.easy_getinfo, "curl_easy_getinfo");
  library->bind(out.easy_pause, "curl_easy_pause");
  library->bind(out.easy_strerror, "curl_easy_strerror");
  library->bind(out.easy_cleanup, "curl_easy_cleanup");
  library->bind(out.multi_init, "curl_multi_init");
  library->bind(out.multi_add_handle, "curl_multi_add_handle");
  library->bind(out.multi_perform, "curl_multi_perform");
  library->bind(out.multi_poll, "curl_multi_poll");
  library->bind(out.multi_info_read, "curl_multi_info_read");
  library->bind(out.multi_remove_handle, "curl_multi_remove_handle");
  library->bind(out.multi_cleanup, "curl_multi_cleanup");
  library->bind(out.slist_append, "curl_slist_append");
  library->bind(out.slist_free_all, "curl_slist_free_all");
  library->bind(out.url, "curl_url");
  library->bind(out.url_set, "curl_url_set");
  library->bind(out.url_get, "curl_url_get");
  library->bind(out.url_cleanup, "curl_url_cleanup");
  library->bind(out.free, "curl_free");
  decltype(&::curl_global_init) global_init = nullptr;
  library->bind(global_init, "curl_global_init");
  if (const auto complete = library->complete(); !complete) return fail(complete.error());
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return fail(ErrorCode::Failed, "libcurl cannot be initialised");
  return out;
}

}  // namespace

const Result<CurlLibrary>& CurlLibrary::get() {
  static const Result<CurlLibrary> loaded = load();
  return loaded;
}

}  // namespace inquest::evidence
