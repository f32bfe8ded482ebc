#include "app/query_routes.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "query/influxql.h"
#include "query/request.h"

namespace inquest::app {
namespace {

constexpr std::string_view kInfluxql = "/query";
constexpr size_t kChunk = 10'000;                      // InfluxDB's own default of chunk_size

struct Job {
  record::HttpRequest request;
  record::Respond respond;
};

record::HttpResponse refused(const Error& error) {
  record::HttpResponse out;
  out.status = static_cast<unsigned>(query::http_status(error));
  out.body = query::error_json(error);
  return out;
}

}  // namespace

class QueryRoutes::Workers {
 public:
  Workers(store::Store& store, QuerySettings settings) : store_(store), settings_(std::move(settings)) {
    for (unsigned at = 0; at < settings_.threads; ++at) threads_.emplace_back([this] { work(); });
  }

  void stop() {
    std::deque<Job> dropped;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      dropped.swap(waiting_);
      for (query::Context* context : running_) context->cancel();
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void take(Job job) {
    {
      const std::lock_guard lock(mutex_);
      if (!stopping_ && waiting_.size() < settings_.waiting) {
        waiting_.push_back(std::move(job));
        wake_.notify_one();
        return;
      }
    }
    record::HttpResponse busy = record::http_error(job.request.path, 429, "too many queries at once");
    busy.headers.emplace_back("Retry-After", "1");
    job.respond(std::move(busy));
  }

 private:
  void work() {
    while (true) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      Job job = std::move(waiting_.front());
      waiting_.pop_front();
      query::Context context(settings_.now(), &store_, settings_.limits);
      running_.insert(&context);
      lock.unlock();
      record::HttpResponse response = answer(job.request, context);
      lock.lock();
      running_.erase(&context);
      lock.unlock();
      job.respond(std::move(response));
    }
  }

  record::HttpResponse answer(const record::HttpRequest& request, query::Context& context) const {
    if (request.path == kInfluxql) return answer_influxql(request, context);
    const auto parsed = query::parse_request(request.header("content-type"), request.body);
    if (!parsed) return refused(parsed.error());
    record::HttpResponse out;
    out.type = "text/csv; charset=utf-8";
    const auto done = query::answer(*parsed, context, [&](std::string_view part) -> Result<void> {
      if (out.body.size() + part.size() > settings_.answer) return fail(ErrorCode::Limit, "the answer is too large");
      out.body += part;
      return {};
    });
    return done ? out : refused(done.error());
  }

  // Parameters stand in the query string, in the body of a form, or in both.
  record::HttpResponse answer_influxql(const record::HttpRequest& request, query::Context& context) const {
    const auto form = request.header("content-type").starts_with("application/x-www-form-urlencoded")
                          ? record::parse_query(request.body)
                          : std::vector<std::pair<std::string, std::string>>();
    const auto parameter = [&](std::string_view name) {
      if (const std::string_view value = request.parameter(name); !value.empty()) return value;
      const auto found = std::ranges::find(form, name, &std::pair<std::string, std::string>::first);
      return found == form.end() ? std::string_view() : std::string_view(found->second);
    };
    record::HttpResponse out;
    const std::string_view statements = parameter("q");
    if (statements.empty()) return record::http_error(request.path, 400, "missing required parameter \"q\"");
    query::InfluxqlRequest asked;
    asked.query = statements;
    asked.database = parameter("db");
    asked.policy = parameter("rp");
    asked.parameters = parameter("params");
    asked.epoch = parameter("epoch");
    const std::string_view accepted = request.header("accept");
    asked.csv = accepted == "application/csv" || accepted == "text/csv";
    asked.pretty = parameter("pretty") == "true";
    if (parameter("chunked") == "true") asked.chunk_rows = parse_int<size_t>(parameter("chunk_size")).value_or(kChunk);
    query::InfluxqlAnswer answer = query::answer_influxql(asked, context);
    if (!answer.understood) out.status = 400;
    out.body = std::move(answer.body);
    if (asked.csv) out.type = "text/csv";
    return out;
  }

  store::Store& store_;
  const QuerySettings settings_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;  // of what follows
  std::condition_variable wake_;
  std::deque<Job> waiting_;
  std::set<query::Context*> running_;
  bool stopping_ = false;
};

QueryRoutes::QueryRoutes(store::Store& store, QuerySettings settings)
    : workers_(std::make_shared<Workers>(store, std::move(settings))) {}

QueryRoutes::~QueryRoutes() { workers_->stop(); }

void QueryRoutes::add_to(record::Routes& routes) {
  const auto take = [workers = workers_](record::HttpRequest request, record::Respond respond) {
    workers->take({std::move(request), std::move(respond)});
  };
  routes.add("POST", "/api/v2/query", take);
  for (const char* method : {"GET", "POST"}) routes.add(method, std::string(kInfluxql), take);
}

}  // namespace inquest::app
