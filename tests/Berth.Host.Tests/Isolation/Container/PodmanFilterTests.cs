using System.Text.Json.Nodes;
using Berth.Host.Isolation.Container;

namespace Berth.Host.Tests.Isolation.Container;

public sealed class PodmanFilterTests
{
    [Fact]
    public void The_machines_own_profile_allows_nothing_that_is_refused_here_and_everything_else_that_it_allowed()
    {
        var profile = PodmanFilter.Make("""
            {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"syscalls":[
              {"names":["read","ptrace","write"],"action":"SCMP_ACT_ALLOW"},
              {"names":["mount","bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
              {"names":["kexec_load","nice"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}
            """);
        profile["defaultAction"]!.GetValue<string>().ShouldBe("SCMP_ACT_ERRNO");
        Rules(profile).SkipLast(1).ShouldBe(["SCMP_ACT_ALLOW read write", "SCMP_ACT_ERRNO nice", "SCMP_ACT_ALLOW landlock_create_ruleset landlock_add_rule landlock_restrict_self"]);
        Rules(profile)[^1].ShouldBe("SCMP_ACT_ERRNO " + string.Join(' ', OciBundle.RefusedCalls));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{\"syscalls\":{}}")]
    public void Without_a_profile_that_can_be_read_it_is_the_one_of_runc(string? own) =>
        JsonNode.DeepEquals(PodmanFilter.Make(own), OciBundle.Filter()).ShouldBeTrue();

    private static List<string> Rules(JsonObject profile) => [.. profile["syscalls"]!.AsArray()
        .Select(rule => $"{rule!["action"]!.GetValue<string>()} {string.Join(' ', rule["names"]!.AsArray().Select(name => name!.GetValue<string>()))}")];
}
