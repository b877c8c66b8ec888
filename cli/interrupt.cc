#include "cli/interrupt.h"

#include <csignal>

namespace vstore::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

void on_signal(int) { g_interrupted = 1; }

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);  // the second signal takes the default action
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction current {};
    ::sigaction(signal, nullptr, &current);
    if (current.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);  // nohup, background jobs
  }
}

}  // namespace

void arm_interrupt() { handle(on_signal); }
void disarm_interrupt() { handle(SIG_DFL); }
bool interrupted() noexcept { return g_interrupted != 0; }

}  // namespace vstore::cli
