using Berth.Worker.Hardening;
using Berth.Worker.Hosting;

// On the main thread, which lives as long as the process: the kernel tells the parent's end to the thread that asked.
ProcessHardening.EndWithParent();
if (args is [Berth.Worker.Protocol.ConfinementArguments.First, ..])
    return FileConfinement.Enter(args);

Precedence.AfterTheHost();
return args is [WorkerCheck.Argument] ? WorkerCheck.Run(Console.In) : await WorkerMain.RunAsync();
