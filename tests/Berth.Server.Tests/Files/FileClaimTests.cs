using Berth.Server.Files;

namespace Berth.Server.Tests.Files;

public sealed class FileClaimTests
{
    private static readonly IReadOnlyList<FileClaim> Claims =
    [
        .. from version in new[] { "1.0.0", "1.0.0-rc.1+build.7", "1.0.0+sha.abcdef12", "10.0.0" }
           from variant in new[] { null, "00000000", "abcdef12" }
           select new FileClaim(version, variant),
    ];

    [Fact]
    public void What_a_claim_is_written_as_is_read_again() => Claims.Select(claim => FileClaim.Read(claim.ToString())).ShouldBe(Claims);

    [Fact]
    public void No_two_claims_are_written_alike() => Claims.Select(claim => claim.ToString()).ShouldBeUnique();
}
