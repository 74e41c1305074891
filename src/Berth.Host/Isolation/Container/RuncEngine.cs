using System.Text.Json.Nodes;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Container;

/// <summary>runc, for a host that is root.</summary>
internal sealed class RuncEngine(string program, string stateFolder) : IContainerEngine
{
    // Since runc 1.1. Otherwise it takes the control group away before anybody can read there why its process ended.
    private const string Keep = "--keep";

    private readonly Lazy<Task<bool>> _canKeep = new(async () => (await EngineCommand.RunAsync(program, ["run", "--help"])).Contains(Keep, StringComparison.Ordinal));

    public string Name => "runc";

    public string Program => program;

    // All that is in them is said by us.
    public bool LeavesFoldersOpen => false;

    public async ValueTask<IReadOnlyList<string>> GapsAsync(IReadOnlyList<string> unlimited) => await _canKeep.Value
        ? []
        : ["With a runc older than 1.1, a worker that the kernel ended for want of memory is told as ended by a signal, without the reason."];

    public async ValueTask<IReadOnlyList<string>> RunAsync(ContainerPlan plan)
    {
        File.WriteAllText(Path.Combine(plan.Folder, "config.json"), OciBundle.Make(plan).ToJsonString());
        return
        [
            // runc itself has to end with the host, and with it its container.
            Tools.Get("setpriv", "util-linux"), "--pdeathsig", "KILL", "--",
            program, "--root", stateFolder, "run", .. await _canKeep.Value ? (string[])[Keep] : [], "--bundle", plan.Folder, "--preserve-fds", EngineCommand.PreservedDescriptors, plan.Name,
        ];
    }

    public Func<WorkerFigures?> Figures(ContainerPlan plan, ControlGroups groups) => () => groups.ReadAtRoot(plan.Name);

    // runc starts nothing whose limits it cannot set.
    public Func<IReadOnlyList<string>?> Unlimited(ContainerPlan plan, ControlGroups groups) => () => [];

    public Task RemoveAsync(string name) => EngineCommand.RunAsync(program, ["--root", stateFolder, "delete", "--force", name]);

    public async Task<IReadOnlyList<string>> ListAsync()
    {
        var text = await EngineCommand.RunAsync(program, ["--root", stateFolder, "list", "--format", "json"]);
        return JsonNode.Parse(string.IsNullOrWhiteSpace(text) ? "[]" : text) is JsonArray all
            ? [.. all.Select(one => one?["id"]?.GetValue<string>()).OfType<string>()]
            : [];
    }
}
