using Berth.Host.Dispatch;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Host.Tests.Dispatch;

public sealed class CallRegisterTests
{
    [Fact]
    public void All_that_have_entered_and_not_left_are_found_however_many_and_in_whatever_order() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(ArbMap.Default.ArbFor<bool[]>(), steps =>
    {
        var register = new CallRegister<object>();
        var inside = new List<(CallRegister<object>.Place Place, object Call)>();
        foreach (var enters in steps.SelectMany(step => Enumerable.Repeat(step, step ? 7 : 3)))
        {
            if (enters)
            {
                var call = new object();
                inside.Add((register.Enter(call), call));
            }
            else if (inside.Count > 0)
            {
                var (place, call) = inside[inside.Count / 2];
                place.Leave(call);
                inside.RemoveAt(inside.Count / 2);
            }
        }

        return register.All().ToHashSet().SetEquals(inside.Select(one => one.Call)) && register.All().Count() == inside.Count;
    }));

    [Fact]
    public void Leaving_twice_takes_nobody_else_out()
    {
        var register = new CallRegister<object>();
        var (first, second) = (new object(), new object());
        var place = register.Enter(first);
        place.Leave(first);
        register.Enter(second).ShouldBe(place, "the place is free again");
        place.Leave(first);
        register.All().ShouldHaveSingleItem().ShouldBe(second);
    }

    [Fact]
    public void Who_never_entered_leaves_without_a_trace() => Should.NotThrow(() => default(CallRegister<object>.Place).Leave(new object()));

    [Fact]
    public async Task Many_threads_at_once_lose_nobody_and_leave_nobody_behind()
    {
        var register = new CallRegister<object>();
        var stay = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            object? last = null;
            for (var i = 0; i < 20_000; i++)
            {
                last = new object();
                var place = register.Enter(last);
                if (i < 19_999)
                    place.Leave(last);
            }

            return last!;
        })))).ToHashSet();
        register.All().ShouldBe(stay, ignoreOrder: true);
    }
}
