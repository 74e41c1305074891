using Berth.Worker.Protocol;

namespace Berth.Worker.Tests.Protocol;

/// <summary>A denial says the same on both sides of the protocol.</summary>
public sealed class DeniedOutcomeTests
{
    public static TheoryData<CapabilityDeniedException> Denials => new(
        new CapabilityDeniedException("network:http-client", "nobody granted it."),
        CapabilityDeniedException.OutOfReach("network:http-client", "other.example:80 is not among the hosts."));

    [Theory, MemberData(nameof(Denials))]
    public void A_denial_reads_the_same_at_the_other_end(CapabilityDeniedException denied)
    {
        var arrived = OutcomeMapping.Of(denied).ToException().ShouldBeOfType<CapabilityDeniedException>();

        (arrived.Capability, arrived.Message).ShouldBe((denied.Capability, denied.Message));
    }
}
