using System.Text;
using Berth.Host.Isolation;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Isolation.Vm;

public sealed class VmPlacementTests
{
    [Theory]
    [InlineData("internal")]
    [InlineData("verified")]
    [InlineData("community")]
    [InlineData("untrusted")]
    public void Code_below_vm_runs_at_vm_whatever_its_trust(string trustLevel)
    {
        foreach (var sandbox in (string[])["", ""","security":{"sandbox":{"isolationLevel":"vm"}}""", ""","security":{"sandbox":{"enabled":false}}"""])
        {
            var manifest = ManifestReader.Read(Encoding.UTF8.GetBytes($$"""{"name":"Hello","version":"1.0.0","module":{"assembly":"vm/main.mjs"}{{sandbox}}}"""));
            PlacementPolicy.Decide(manifest.Manifest!, trustLevel, new HostOptions()).ShouldBe(new PlacementOutcome.Placed("vm"));
        }
    }

    [Fact]
    public void Quarantined_it_runs_nowhere()
    {
        var manifest = ManifestReader.Read("""{"name":"Hello","version":"1.0.0","module":{"assembly":"vm/main.mjs"}}"""u8.ToArray());
        PlacementPolicy.Decide(manifest.Manifest!, "quarantined", new HostOptions()).ShouldBeOfType<PlacementOutcome.Refused>().Code.ShouldBe("plugin.quarantined");
    }
}
