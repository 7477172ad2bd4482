import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import django_flowwise.models.fields
import django_flowwise.models.refunds
import django_flowwise.validators
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                ('error_code', models.CharField(blank=True, editable=False, max_length=64, verbose_name='error code')),
                ('error_message', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='error')),
                ('attempts', models.PositiveIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('claim_expires_at', models.DateTimeField(editable=False, null=True)),
                ('maybe_sent_at', models.DateTimeField(editable=False, null=True)),
                ('checked_at', models.DateTimeField(editable=False, null=True, verbose_name='last looked at')),
                ('next_check_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='next look')),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='key')),
                ('account', models.CharField(default='default', max_length=64, verbose_name='account')),
                ('base_url', models.CharField(blank=True, default='', editable=False, max_length=2000)),
                ('reference', models.CharField(max_length=255, validators=[django_flowwise.validators.validate_text, django_flowwise.validators.validate_key], verbose_name='reference')),
                ('live_key', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('order_id', models.CharField(default=django_flowwise.models.fields.new_order_id, max_length=45, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9_-]{1,45}\\Z', 'Use at most 45 letters, digits, hyphens and underscores.', code='invalid_order_id')], verbose_name='order ID')),
                ('order_amount', models.DecimalField(decimal_places=4, max_digits=19, verbose_name='amount')),
                ('order_currency', models.CharField(default='INR', max_length=3, validators=[django_flowwise.validators.validate_currency], verbose_name='currency')),
                ('customer_id', models.CharField(max_length=255, validators=[django_flowwise.validators.validate_text, django_flowwise.validators.validate_key], verbose_name='customer ID')),
                ('customer_email', models.CharField(blank=True, max_length=254, validators=[django.core.validators.EmailValidator(), django_flowwise.validators.validate_text], verbose_name='e-mail')),
                ('customer_phone', models.CharField(blank=True, max_length=32, validators=[django.core.validators.RegexValidator('\\A\\+?[0-9(][0-9 ().-]{2,30}\\Z', 'Enter a telephone number, best with its country code, such as +919876543210.', code='invalid_phone')], verbose_name='telephone')),
                ('customer_address', models.CharField(blank=True, max_length=1000, validators=[django_flowwise.validators.validate_text], verbose_name='address')),
                ('payment_methods', models.CharField(blank=True, max_length=255, validators=[django_flowwise.validators.validate_payment_methods], verbose_name='payment methods')),
                ('expiry_time_in_minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(2147483647)], verbose_name='expires after (minutes)')),
                ('order_note', models.CharField(blank=True, max_length=1000, validators=[django_flowwise.validators.validate_text], verbose_name='note')),
                ('order_tags', models.JSONField(blank=True, default=dict, validators=[django_flowwise.validators.validate_order_tags], verbose_name='tags')),
                ('return_base_url', models.CharField(blank=True, help_text="Where the customer comes back to; empty means this shop's own return page.", max_length=2000, validators=[django_flowwise.validators.validate_web_address], verbose_name='return address')),
                ('project_id', models.CharField(blank=True, editable=False, max_length=255, verbose_name='project ID')),
                ('order_status', models.CharField(blank=True, editable=False, max_length=64, verbose_name='status at Flowwise')),
                ('checkout_url', models.CharField(blank=True, editable=False, max_length=2000, verbose_name='checkout link')),
                ('order_hash', models.TextField(blank=True, editable=False, verbose_name='order hash')),
                ('order_expiry_time', models.DateTimeField(editable=False, null=True, verbose_name='expires')),
                ('added_on', models.DateTimeField(editable=False, null=True, verbose_name='added at Flowwise')),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('SUBMITTING', 'Being created'), ('UNCONFIRMED', 'Unconfirmed'), ('REFUSED', 'Refused'), ('ACTIVE', 'Active'), ('PAID', 'Paid'), ('REVERSED', 'Reversed'), ('EXPIRED', 'Expired'), ('WITHDRAWN', 'Withdrawn')], default='DRAFT', editable=False, max_length=11, verbose_name='state')),
                ('attention', models.JSONField(blank=True, default=list, editable=False, verbose_name='needs attention')),
                ('settlement_notes', models.JSONField(blank=True, default=list, editable=False, verbose_name='settlement notes')),
                ('first_claimed_at', models.DateTimeField(editable=False, null=True)),
                ('amount_paid', models.DecimalField(decimal_places=4, default=0, editable=False, max_digits=19, verbose_name='paid')),
                ('amount_refunded', models.DecimalField(decimal_places=4, default=0, editable=False, max_digits=19, verbose_name='refunded')),
                ('signal_due', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='at Flowwise since')),
                ('paid_at', models.DateTimeField(editable=False, null=True, verbose_name='paid at')),
                ('superseded_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='django_flowwise.order')),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
                'ordering': ['-id'],
                'permissions': [('submit_order', 'Can create orders at Flowwise'), ('settle_order', 'Can settle orders that need attention'), ('refund_payment', 'Can refund payments'), ('capture_payment', 'Can capture and void payments')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('account', models.CharField(editable=False, max_length=64, verbose_name='account')),
                ('payment_id', models.CharField(editable=False, max_length=255, verbose_name='payment ID')),
                ('payment_key', models.CharField(editable=False, max_length=64, unique=True)),
                ('status', models.CharField(blank=True, editable=False, max_length=64, verbose_name='status at Flowwise')),
                ('payment_amount', models.DecimalField(decimal_places=4, editable=False, max_digits=19, null=True, verbose_name='amount')),
                ('payment_currency', models.CharField(blank=True, editable=False, max_length=64, verbose_name='currency')),
                ('payment_method', models.CharField(blank=True, editable=False, max_length=255, verbose_name='payment method')),
                ('capture_status', models.CharField(blank=True, editable=False, max_length=64, verbose_name='capture status')),
                ('capture_amount', models.DecimalField(decimal_places=4, editable=False, max_digits=19, null=True, verbose_name='captured')),
                ('gateway_details', models.JSONField(blank=True, default=dict, editable=False, verbose_name='gateway details')),
                ('payment_time', models.DateTimeField(editable=False, null=True, verbose_name='paid at')),
                ('checked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='last looked at')),
                ('capture_action', models.CharField(blank=True, choices=[('CAPTURE', 'Capture'), ('VOID', 'Void')], editable=False, max_length=8, verbose_name='asked for')),
                ('maybe_sent_at', models.DateTimeField(editable=False, null=True)),
                ('claim_expires_at', models.DateTimeField(editable=False, null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='django_flowwise.order', verbose_name='order')),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                ('error_code', models.CharField(blank=True, editable=False, max_length=64, verbose_name='error code')),
                ('error_message', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='error')),
                ('attempts', models.PositiveIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('claim_expires_at', models.DateTimeField(editable=False, null=True)),
                ('maybe_sent_at', models.DateTimeField(editable=False, null=True)),
                ('checked_at', models.DateTimeField(editable=False, null=True, verbose_name='last looked at')),
                ('next_check_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='next look')),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('account', models.CharField(editable=False, max_length=64, verbose_name='account')),
                ('refund_id', models.CharField(default=django_flowwise.models.refunds.new_refund_id, max_length=40, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9_-]{1,40}\\Z', 'Use at most 40 letters, digits, hyphens and underscores.', code='invalid_refund_id')], verbose_name='refund ID')),
                ('refund_amount', models.DecimalField(decimal_places=4, max_digits=19, verbose_name='amount')),
                ('refund_currency', models.CharField(max_length=3, validators=[django_flowwise.validators.validate_currency], verbose_name='currency')),
                ('refund_type', models.CharField(default='MERCHANT_INITIATED', editable=False, max_length=64, verbose_name='type')),
                ('refund_note', models.CharField(blank=True, max_length=255, validators=[django_flowwise.validators.validate_text], verbose_name='reason')),
                ('refund_status', models.CharField(blank=True, editable=False, max_length=64, verbose_name='status at Flowwise')),
                ('gateway_details', models.JSONField(blank=True, default=dict, editable=False, verbose_name='gateway details')),
                ('state', models.CharField(choices=[('DRAFT', 'Not sent'), ('SUBMITTING', 'Being sent'), ('UNCONFIRMED', 'Unconfirmed'), ('REFUSED', 'Refused'), ('PENDING', 'Pending'), ('ACCEPTED', 'Accepted'), ('FAILED', 'Failed')], default='DRAFT', editable=False, max_length=11, verbose_name='state')),
                ('signal_due', models.BooleanField(default=False, editable=False)),
                ('settled_at', models.DateTimeField(editable=False, null=True, verbose_name='settled')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='django_flowwise.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['state', 'claim_expires_at'], name='flowwise_order_state'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['account', 'reference'], name='flowwise_order_reference'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['signal_due'], name='flowwise_order_signal_due'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('account', 'order_id'), name='flowwise_order_id_unique'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('order_amount__gt', 0)), name='flowwise_order_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('order_currency__regex', '^[A-Z][A-Z][A-Z]$')), name='flowwise_order_currency_code'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'SUBMITTING', 'UNCONFIRMED', 'REFUSED', 'ACTIVE', 'PAID', 'REVERSED', 'EXPIRED', 'WITHDRAWN'])), name='flowwise_order_state_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('checkout_url', ''), ('state', 'ACTIVE'), _negated=True), name='flowwise_order_active_has_checkout'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('PAID', 'REVERSED')), models.Q(('live_key', None), ('state', 'WITHDRAWN')), models.Q(models.Q(('state', 'WITHDRAWN'), _negated=True), models.Q(('live_key', None), _negated=True)), _connector='OR'), name='flowwise_order_live_key_fits_state'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['claim_expires_at'], name='flowwise_payment_claim'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['state', 'claim_expires_at'], name='flowwise_refund_state'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('account', 'refund_id'), name='flowwise_refund_id_unique'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('refund_amount__gt', 0)), name='flowwise_refund_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'SUBMITTING', 'UNCONFIRMED', 'REFUSED', 'PENDING', 'ACCEPTED', 'FAILED'])), name='flowwise_refund_state_known'),
        ),
    ]
