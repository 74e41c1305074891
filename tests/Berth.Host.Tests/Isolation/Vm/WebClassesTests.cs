using Berth.Host.Isolation.Vm;

namespace Berth.Host.Tests.Isolation.Vm;

/// <summary>The web's classes in a plugin's context are the level's own: they do what Node's do.</summary>
public sealed class WebClassesTests
{
    [Fact]
    public async Task They_do_what_Nodes_own_do()
    {
        var node = await NodeProgram.FindAsync(null, CancellationToken.None);
        var compare = Path.Combine(AppContext.BaseDirectory, "Isolation", "Vm", "WebClasses", "compare.mjs");
        (await NodeProgram.RunAsync(node.File, ["--experimental-vm-modules", "--no-warnings", compare, Path.Combine(VmRunner.Folder, "javascript.mjs")], CancellationToken.None))
            .ShouldBe("40 compared\n");
    }
}
