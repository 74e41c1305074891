namespace Berth.Host.Isolation.Worker;

/// <summary>What a worker process runs.</summary>
/// <param name="Runtime">The runtime.</param>
/// <param name="Folder">The worker's own folder, readable to workers.</param>
/// <param name="Assembly">The program in it.</param>
internal sealed record WorkerProgram(DotnetRuntime Runtime, string Folder, string Assembly)
{
    /// <summary>The worker that lies beside the host: <c>worker/berth-worker.dll</c>, where workers can read it.</summary>
    /// <exception cref="WorkerStartException">It isn't there, or there is no runtime.</exception>
    public static WorkerProgram Find()
    {
        var folder = WorkerFolder.Path;
        var assembly = Path.Combine(folder, "berth-worker.dll");
        return File.Exists(assembly)
            ? new WorkerProgram(DotnetRuntime.Find(), folder, assembly)
            : throw new WorkerStartException($"The worker is missing: there is no {assembly}. Install the host again, with its folder 'worker'.");
    }

    /// <summary>The command without any isolation. <c>exec</c>: never a command of an SDK that lies beside the runtime.</summary>
    public IReadOnlyList<string> Command => [Runtime.Executable, "exec", Assembly];
}
