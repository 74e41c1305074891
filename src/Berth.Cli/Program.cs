using System.Runtime.InteropServices;
using Berth.Cli;
using Berth.Cli.Output;

// The first signal asks the command to end in order; the second one is left to the system and ends the process at once.
using var interrupted = new CancellationTokenSource();
void OnSignal(PosixSignalContext context)
{
    if (!interrupted.IsCancellationRequested)
    {
        context.Cancel = true;
        interrupted.Cancel();
    }
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);

return (int)await CommandLine.RunAsync(args, Terminal.OfProcess(), interrupted.Token);
