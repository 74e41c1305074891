using Berth.Host.Services;

namespace Berth.Host.Tests.Services;

public sealed class CapabilityCeilingTests
{
    [Theory]
    [InlineData("internal", 3)]
    [InlineData("verified", 2)]
    [InlineData("community", 1)]
    [InlineData("untrusted", 0)]
    [InlineData("unheard of", 0)]
    public void A_trust_level_permits_up_to_its_risk(string level, int permitted) =>
        CapabilityCeiling.Apply(["network:http-client", "network:tcp-server", "network:raw-socket", "no:such"], level).Count().ShouldBe(permitted);
}
