using System.Diagnostics;
using System.Globalization;
using Berth.Fuzz;
using Berth.Fuzz.Targets;

// berth-fuzz [--minutes N] [--seed N] [target …]: N minutes for all targets together.
// The program copies itself, instruments the copy's Berth.Packaging, and runs that.
const string IsCopy = "BERTH_FUZZ_COPY";
FuzzTarget[] all = [new ManifestTarget(), new ArchiveTarget(), new VersionTarget(), new SignatureTarget(), new ScanTarget()];

var minutes = 10.0;
var seed = 1;
var names = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--minutes" && i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out minutes) && minutes > 0)
        i++;
    else if (args[i] == "--seed" && i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out seed))
        i++;
    else if (Array.Exists(all, target => target.Name == args[i]))
        names.Add(args[i]);
    else
        return Usage();
}

var output = Path.GetFullPath("artifacts/fuzz");
if (Environment.GetEnvironmentVariable(IsCopy) is null)
    return RunCopy();

var targets = names.Count == 0 ? all : [.. all.Where(target => names.Contains(target.Name))];
var findings = 0;
Console.WriteLine("| input | time | inputs | rate | corpus | edges | findings |\n|---|---|---:|---:|---|---|---:|");
foreach (var target in targets)
{
    var run = new FuzzRun(target, Path.Combine(output, target.Name), seed);
    Console.WriteLine(run.Run(TimeSpan.FromMinutes(minutes / targets.Length)));
    findings += run.FindingCount;
}

return findings == 0 ? 0 : 1;

int Usage()
{
    Console.Error.WriteLine($"usage: berth-fuzz [--minutes N] [--seed N] [{string.Join('|', all.Select(target => target.Name))} …]");
    return 2;
}

int RunCopy()
{
    var copy = Directory.CreateTempSubdirectory("berth-fuzz-").FullName;
    try
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var blocks = Instrumentation.Rewrite(Path.Combine(copy, "Berth.Packaging.dll"));
        Console.Error.WriteLine($"{blocks:#,0} basic blocks of Berth.Packaging report themselves; seed {seed}; inputs and findings lie in {output}.");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(copy, "berth-fuzz.dll"), .. args]) { UseShellExecute = false };
        start.Environment[IsCopy] = "1";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
    finally
    {
        Directory.Delete(copy, recursive: true);
    }
}
