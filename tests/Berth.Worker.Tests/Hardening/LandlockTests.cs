using System.Numerics;
using Berth.Worker.Hardening;

namespace Berth.Worker.Tests.Hardening;

public sealed class LandlockTests
{
    // How many rights each version of the kernel's interface has (linux/landlock.h): more than it knows, and it refuses all.
    [Theory]
    [InlineData(1, 13)]
    [InlineData(2, 14)]
    [InlineData(3, 15)]
    [InlineData(4, 15)]
    [InlineData(5, 16)]
    [InlineData(6, 16)]
    [InlineData(9, 16)]
    public void All_rights_that_a_kernel_knows_are_taken_and_no_others(int version, int rights)
    {
        var handled = (ulong)Landlock.Handled(version);
        BitOperations.PopCount(handled).ShouldBe(rights);
        BitOperations.TrailingZeroCount(~handled).ShouldBe(rights, "they are the lowest bits");
    }

    [Fact]
    public void What_may_be_changed_is_never_run_and_never_a_device()
    {
        var never = Landlock.FileRights.Execute | Landlock.FileRights.MakeBlockDevice | Landlock.FileRights.MakeCharacterDevice | Landlock.FileRights.DeviceControl;
        (Landlock.FileRights.Change & never).ShouldBe(Landlock.FileRights.None);
        (Landlock.FileRights.Read & ~(Landlock.FileRights.ReadFile | Landlock.FileRights.ReadFolder)).ShouldBe(Landlock.FileRights.None);
    }
}
