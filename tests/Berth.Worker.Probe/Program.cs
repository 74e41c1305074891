using System.Text.Json;
using Berth.Worker.Hardening;
using Berth.Worker.Probe;
using Berth.Worker.Protocol;

// One line of JSON on standard input says how to harden and what to try; each attempt is answered with one line: its name, a
// tab, "ok" or what stood in its way.
ProcessHardening.EndWithParent();
if (args is [ConfinementArguments.First, ..])
    return FileConfinement.Enter(args);

var request = JsonSerializer.Deserialize<ProbeRequest>(Console.ReadLine() ?? "{}")!;
ProcessHardening.Apply(request.Hardening);
foreach (var attempt in request.Attempts)
{
    Console.Out.WriteLine($"{attempt}\t{await Attempts.TryAsync(attempt)}");
    Console.Out.Flush();
}

return 0;
