#include "code_input.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "text_people.hpp"

namespace kaido::cli {
namespace {

constexpr std::size_t longest = 64;
constexpr char interrupt = '\x03';
constexpr char end_of_input = '\x04';
constexpr char backspace = '\b';
constexpr char rub_out = '\x7f';

/// A terminal that shows nothing of what is typed and hands over each key, ^C too: so the terminal
/// is itself again whatever ends the question.
class Hidden {
 public:
  explicit Hidden(int terminal) : terminal_(terminal) {
    changed_ = tcgetattr(terminal, &before_) == 0;
    if (!changed_) return;
    auto hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG);
    hidden.c_cc[VMIN] = 1;
    hidden.c_cc[VTIME] = 0;
    tcsetattr(terminal, TCSAFLUSH, &hidden);
    std::fputs(text::ask_code, stderr);
    std::fflush(stderr);
  }
  ~Hidden() {
    if (!changed_) return;
    tcsetattr(terminal_, TCSAFLUSH, &before_);
    std::fputc('\n', stderr);
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

/// A line that is wiped when it ends.
class Line {
 public:
  [[nodiscard]] bool full() const { return size_ == longest; }
  void add(char c) { bytes_.writable()[size_++] = static_cast<std::uint8_t>(c); }
  void drop_last() {
    if (size_ > 0) --size_;
  }
  [[nodiscard]] Secret take() {
    bytes_.truncate(size_);
    return std::move(bytes_);
  }

 private:
  Secret bytes_ = Secret::zeros(longest);
  std::size_t size_ = 0;
};

/// One byte; 0 or less: as read(2).
ssize_t read_byte(int from, char& to) {
  for (;;) {
    const auto count = read(from, &to, 1);
    if (count >= 0 || errno != EINTR) return count;
  }
}

std::unexpected<Failure> failed(std::string why) {
  return std::unexpected(Failure{Exit::usage, "", std::move(why), {}, {}});
}

}  // namespace

Outcome<Secret> read_code(int descriptor) {
  const bool terminal = isatty(descriptor) == 1;
  std::optional<Hidden> hidden;
  if (terminal) hidden.emplace(descriptor);
  Line line;
  for (char c = 0;;) {
    const auto count = read_byte(descriptor, c);
    if (count < 0) return failed(text::cannot_read_code(std::strerror(errno)));
    if (count == 0 || c == '\n' || c == '\r') break;
    if (terminal && (c == interrupt || c == end_of_input)) return failed(text::no_code);
    if (terminal && (c == backspace || c == rub_out)) {
      line.drop_last();
    } else if (c != ' ') {
      if (line.full()) return failed(text::cannot_read_code(std::strerror(EMSGSIZE)));
      line.add(c);
    }
  }
  auto code = line.take();
  if (code.empty()) return failed(text::no_code);
  return code;
}

}  // namespace kaido::cli
