using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Isolation.Levels;

public sealed class WorkerUserIdsTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("berth-users-").FullName;

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Fact]
    public void No_two_workers_have_one_id_not_even_of_two_hosts()
    {
        var (one, other) = (new WorkerUserIds(Options(61184, 61187)), new WorkerUserIds(Options(61184, 61187)));
        WorkerUserId[] taken = [one.Take(), other.Take(), one.Take(), other.Take()];
        taken.Select(id => id.Value).Distinct().Count().ShouldBe(4);
        Should.Throw<WorkerStartException>(() => one.Take()).Message.ShouldContain("61184 to 61187");
        taken[1].Dispose();
        one.Take().Value.ShouldBe(taken[1].Value);
    }

    [Fact]
    public void An_id_comes_back_as_late_as_possible()
    {
        var ids = new WorkerUserIds(Options(61184, 61193));
        var seen = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            using var id = ids.Take();
            seen.Add(id.Value);
        }

        seen.Distinct().Count().ShouldBe(10);
    }

    [Fact]
    public void Ids_that_the_machine_names_are_left_out()
    {
        var passwd = Path.Combine(_run, "passwd");
        File.WriteAllText(passwd, "root:x:0:0:root:/root:/bin/sh\nsomebody:x:61185:61186::/:/bin/false\nbroken\n");
        WorkerUserIds.NamedIds(passwd, Path.Combine(_run, "nothing")).ShouldBeSubsetOf([0, 61185, 61186, -1]);
        new WorkerUserIds(Options(0, 0)).ShouldSatisfyAllConditions(ids => Should.Throw<WorkerStartException>(() => ids.Take()));
    }

    private IsolationOptions Options(int first, int last) => new() { FirstUserId = first, LastUserId = last, RunDirectory = _run };
}
