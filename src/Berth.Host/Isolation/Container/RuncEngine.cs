using System.Text.Json.Nodes;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Container;

/// <summary>runc, for a host that is root.</summary>
internal sealed class RuncEngine(string program, string stateFolder) : IContainerEngine
{
    public string Name => "runc";

    public ValueTask<IReadOnlyList<string>> GapsAsync(IReadOnlyList<string> unlimited) => ValueTask.FromResult<IReadOnlyList<string>>([]);

    public IReadOnlyList<string> Run(ContainerPlan plan)
    {
        File.WriteAllText(Path.Combine(plan.Folder, "config.json"), OciBundle.Make(plan).ToJsonString());
        return
        [
            // runc itself has to end with the host, and with it its container.
            Tools.Get("setpriv", "util-linux"), "--pdeathsig", "KILL", "--",
            program, "--root", stateFolder, "run", "--bundle", plan.Folder, "--preserve-fds", EngineCommand.PreservedDescriptors, plan.Name,
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
