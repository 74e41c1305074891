using Berth.Lifecycle.Trust;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Tests.Trust;

public sealed class RegistryTrustTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RegistryTrust _trust = new(new FixedTime(Now));

    [Fact]
    public void Without_a_statement_the_risks_of_the_levels_decide()
    {
        _trust.Permits("Notes", "community", "network:http-client").ShouldBeTrue();
        _trust.Permits("Notes", "community", "process:spawn-child").ShouldBeFalse();
        _trust.CoolsUntil("Notes", "community", Now).ShouldBeNull();
    }

    [Fact]
    public void A_policy_takes_the_place_of_the_risks_and_whoever_keeps_an_answer_learns_that_it_is_old()
    {
        var before = _trust.Generation;
        Learn("""{"policies":[{"level":"internal","capability_ceiling":null},{"level":"community","capability_ceiling":["filesystem:write-temp"],"cool_down_seconds":60}]}""");

        _trust.Generation.ShouldNotBe(before);
        _trust.Permits("Notes", "community", "network:http-client").ShouldBeFalse();
        _trust.Permits("Notes", "community", "filesystem:write-temp").ShouldBeTrue();
        _trust.Permits("Notes", "internal", "process:spawn-child").ShouldBeTrue();
        _trust.Permits("Notes", "internal", "no:such").ShouldBeFalse();
        _trust.Permits("Notes", "unheard-of", "filesystem:write-temp").ShouldBeFalse();
        _trust.CoolsUntil("Notes", "community", Now.AddSeconds(-59)).ShouldBe(Now.AddSeconds(1));
        _trust.CoolsUntil("Notes", "community", Now.AddSeconds(-60)).ShouldBeNull();
        _trust.CoolsUntil("Notes", "community", null).ShouldBeNull();
    }

    [Fact]
    public void A_restriction_lowers_and_never_raises()
    {
        Learn("""{"restrictions":[{"slug":"Notes","level":"untrusted"}]}""");

        _trust.Permits("notes", "internal", "network:http-client").ShouldBeFalse();
        _trust.Permits("Clock", "internal", "network:http-client").ShouldBeTrue();
        _trust.Knowledge.LevelOf("Notes", "quarantined").ShouldBe("quarantined");
    }

    [Fact]
    public void A_quarantine_hits_by_name_by_package_and_by_file()
    {
        Learn("""
            {"quarantines":[
              {"id":"1","reason":"by name","expires_at":null,"slugs":["Notes"],"digests":[],"files":[]},
              {"id":"2","reason":"by package","expires_at":null,"slugs":[],"digests":["d2"],"files":[]},
              {"id":"3","reason":"by file","expires_at":null,"slugs":[],"digests":[],"files":["f3"]},
              {"id":"4","reason":"over","expires_at":"2026-02-28T00:00:00Z","slugs":["Clock"],"digests":[],"files":[]}]}
            """);
        var known = _trust.Knowledge;

        known.StopOf("NOTES", "d1", isPrivate: false, [], Now).ShouldBe("by name");
        known.StopOf("Notes", "d1", isPrivate: true, [], Now).ShouldBeNull("a private package only shares the name");
        known.StopOf("Other", "d2", isPrivate: true, [], Now).ShouldBe("by package");
        known.StopOf("Other", "d1", isPrivate: true, ["f1", "f3"], Now).ShouldBe("by file");
        known.StopOf("Clock", "d1", isPrivate: false, [], Now).ShouldBeNull("an end that is known holds without the registry");
        known.StopOf("Other", "d1", isPrivate: false, ["f1"], Now).ShouldBeNull();
    }

    [Fact]
    public void A_policy_says_who_must_have_signed_also_for_what_was_lowered_to_its_level()
    {
        Learn("""{"policies":[{"level":"verified","required_signatures":["author"]},{"level":"community","required_signatures":["registry"]},{"level":"untrusted","required_signatures":["notary"]},{"level":"internal","required_signatures":[]}],"restrictions":[{"slug":"Notes","level":"community"}]}""");

        _trust.RequiredSignersOf("Clock", "verified").ShouldBe(RequiredSigners.Author);
        _trust.RequiredSignersOf("Clock", "community").ShouldBe(RequiredSigners.Registry);
        _trust.RequiredSignersOf("Notes", "verified").ShouldBe(RequiredSigners.Author | RequiredSigners.Registry);
        _trust.RequiredSignersOf("Clock", "internal").ShouldBe(RequiredSigners.None);
        _trust.RequiredSignersOf("Clock", "untrusted").ShouldBe(RequiredSigners.Author | RequiredSigners.Registry, "a signer that this host does not know is one of a newer registry");
        _trust.RequiredSignersOf("Clock", "unheard-of").ShouldBe(RequiredSigners.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"quarantines":5}""")]
    public void What_is_no_statement_is_not_taken_over(string json) => Should.Throw<System.Text.Json.JsonException>(() => TrustKnowledge.Read(json));

    private void Learn(string json) => _trust.Learn(TrustKnowledge.Read(json));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
