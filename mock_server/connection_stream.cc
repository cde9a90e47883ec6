#include "mock_server/connection_stream.h"

#include <httplib.h>

#include <string>

namespace mock_server {
namespace {

class ConnectionStream : public httplib::Stream {
 public:
  explicit ConnectionStream(Connection& connection) : connection_(connection) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, std::size_t size) override { return connection_.Read(bytes, size); }
  ssize_t write(const char* bytes, std::size_t size) override {
    return connection_.Write({bytes, size}) ? static_cast<ssize_t>(size) : -1;
  }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  // Not ours: the library would refuse numbers beyond what select() can take, which nobody uses.
  socket_t socket() const override { return 0; }

 private:
  Connection& connection_;
};

}  // namespace

std::unique_ptr<httplib::Stream> StreamOf(Connection& connection) {
  return std::make_unique<ConnectionStream>(connection);
}

}  // namespace mock_server
