using Microsoft.Playwright;

namespace BffBroker.BrowserTests.Support;

/// <summary>Every page that people see.</summary>
public enum Scenery
{
    SignedOut,
    SignedIn,
    PermissionMissing,
    Refreshed,
    Outage,
    LoggedOut,
    LoginRefused,
    SimulatorStart,
    SimulatorSignIn,
    SimulatorConsent,
    SimulatorError,
}

internal static class SceneryExtensions
{
    /// <summary>From the demo page, signed out, to another sight.</summary>
    public static async Task GoToAsync(this Visitor visitor, Scenery scenery, SandboxServer sandbox)
    {
        switch (scenery)
        {
            case Scenery.SignedOut:
                await Assertions.Expect(visitor.SignInButton).ToBeVisibleAsync();
                break;
            case Scenery.SignedIn:
                await visitor.LogInAsync();
                await Assertions.Expect(visitor.Region("Profile")).ToContainTextAsync("ada@example.com");
                break;
            case Scenery.PermissionMissing:
                await visitor.LogInAsync(withheld: "postal code");
                await Assertions.Expect(visitor.Button("Ask for postal code")).ToBeVisibleAsync();
                break;
            case Scenery.Refreshed:
                await sandbox.SetAsync(new { tokenLifetime = 2 });
                await visitor.GoToAsync(Scenery.PermissionMissing, sandbox);
                await visitor.KeepCallingUntilRefreshedAsync();
                break;
            case Scenery.Outage:
                await visitor.LogInAsync();
                await sandbox.BreakAsync("profile", "serverError");
                await visitor.Button("Call /me").ClickAsync();
                await Assertions.Expect(visitor.Alert).ToContainTextAsync("unavailable");
                await visitor.Region("What this browser can see").GetByText("/me").First.ClickAsync(); // which unfolds the answer
                break;
            case Scenery.LoggedOut:
                await visitor.LogInAsync();
                await visitor.Button("Log out").ClickAsync();
                await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("You are signed out");
                break;
            case Scenery.LoginRefused:
                await visitor.OpenAsync("/callback?code=123456789012345678&state=forged");
                break;
            case Scenery.SimulatorStart:
                await visitor.Page.GotoAsync(sandbox.Amazon.ToString());
                break;
            case Scenery.SimulatorSignIn:
                await visitor.SignInButton.ClickAsync();
                await Assertions.Expect(visitor.Button("Sign in")).ToBeVisibleAsync();
                break;
            case Scenery.SimulatorConsent:
                await visitor.SignInButton.ClickAsync();
                await visitor.SignInAtAmazonAsync();
                await Assertions.Expect(visitor.Button("Approve")).ToBeVisibleAsync();
                break;
            case Scenery.SimulatorError:
                await visitor.Page.GotoAsync(new Uri(sandbox.Amazon, "/ap/oa?client_id=nobody").ToString());
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(scenery), scenery, "Nobody knows the way there.");
        }
    }
}
