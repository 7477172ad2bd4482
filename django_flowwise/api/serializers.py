"""What the API tells of orders, payments and refunds, in the vendor's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from rest_framework import serializers

from django_flowwise.api.fields import AddressField, AmountField, CheckoutField, MomentField, SuccessorField
from django_flowwise.api.permissions import has_permissions
from django_flowwise.models import FORGOTTEN, Order, Payment, Refund
from django_flowwise.models.payments import CaptureAction


class Disclosing(serializers.ModelSerializer[Any]):
    """Leave fields out for those who may not see them."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: MomentField,
    }
    needs: Mapping[str, str] = {}
    """Names of fields, and the permission without which the answer does not have them."""

    def get_fields(self) -> dict[str, Any]:
        """Give the fields that this user may see; for a description of the API, all of them."""
        fields = super().get_fields()
        if getattr(self.context.get("view"), "swagger_fake_view", False):
            return fields
        allowed = {codename: self._may(codename) for codename in set(self.needs.values())}
        return {name: field for name, field in fields.items() if allowed.get(self.needs.get(name, ""), True)}

    def _may(self, codename: str) -> bool:
        request = self.context.get("request")
        return request is not None and has_permissions(request, codename)


class AttentionSerializer(serializers.Serializer[Any]):
    """Say why a person must look at an order."""

    reason = serializers.CharField()
    evidence = serializers.CharField(required=False)
    at = MomentField()

    class Meta:
        ref_name = "FlowwiseAttention"


class LinksSerializer(serializers.Serializer[Order]):
    """Lead on from an order."""

    checkout = CheckoutField(help_text="Send the customer here: our own page, which leads on to the checkout.")
    payments = AddressField("order-payments")
    refunds = AddressField("order-refunds")
    superseded_by = SuccessorField("order-detail", allow_null=True)

    class Meta:
        ref_name = "FlowwiseLinks"


class OrderSerializer(Disclosing):
    """Tell of an order."""

    needs = {
        "order_hash": "submit_order",
        "attention": "settle_order",
        **dict.fromkeys(FORGOTTEN, "change_order"),
    }
    url = AddressField("order-detail")
    order_amount = AmountField("order_currency")
    amount_paid = AmountField("order_currency")
    amount_refunded = AmountField("order_currency")
    order_tags = serializers.DictField(child=serializers.CharField(), read_only=True)
    attention = AttentionSerializer(many=True, read_only=True, required=False)
    links = LinksSerializer(source="*", read_only=True)

    class Meta:
        model = Order
        ref_name = "FlowwiseOrder"
        fields = (
            "key",
            "url",
            "account",
            "reference",
            "state",
            "order_id",
            "order_amount",
            "order_currency",
            "amount_paid",
            "amount_refunded",
            "customer_id",
            "customer_email",
            "customer_phone",
            "customer_address",
            "payment_methods",
            "expiry_time_in_minutes",
            "order_note",
            "order_tags",
            "return_base_url",
            "project_id",
            "order_status",
            "checkout_url",
            "order_hash",
            "order_expiry_time",
            "added_on",
            "attention",
            "error_code",
            "error_message",
            "created_at",
            "updated_at",
            "submitted_at",
            "paid_at",
            "checked_at",
            "next_check_at",
            "links",
        )
        read_only_fields = fields


class PaymentSerializer(Disclosing):
    """Tell of one attempt to pay."""

    needs = {"gateway_details": "change_order"}
    payment_amount = AmountField("payment_currency", allow_null=True)
    capture_amount = AmountField("payment_currency", allow_null=True)
    amount_captured = AmountField("payment_currency")
    is_successful = serializers.BooleanField(read_only=True)
    is_held = serializers.BooleanField(read_only=True)
    gateway_details = serializers.DictField(read_only=True)
    capture_action = serializers.ChoiceField(choices=CaptureAction.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Payment
        ref_name = "FlowwisePayment"
        fields = (
            "payment_id",
            "status",
            "is_successful",
            "is_held",
            "payment_amount",
            "payment_currency",
            "payment_method",
            "capture_status",
            "capture_amount",
            "amount_captured",
            "capture_action",
            "gateway_details",
            "payment_time",
            "checked_at",
        )
        read_only_fields = fields


class RefundSerializer(Disclosing):
    """Tell of one refund."""

    needs = {"gateway_details": "change_order", "refund_note": "change_order"}
    payment_id = serializers.CharField(source="payment.payment_id", read_only=True)
    refund_amount = AmountField("refund_currency")
    gateway_details = serializers.DictField(read_only=True)

    class Meta:
        model = Refund
        ref_name = "FlowwiseRefund"
        fields = (
            "refund_id",
            "payment_id",
            "state",
            "refund_amount",
            "refund_currency",
            "refund_type",
            "refund_note",
            "refund_status",
            "gateway_details",
            "error_code",
            "error_message",
            "created_at",
            "settled_at",
            "checked_at",
            "next_check_at",
        )
        read_only_fields = fields


class PaymentListSerializer(serializers.Serializer[Any]):
    """Hold the payments of one order, oldest first."""

    results = PaymentSerializer(many=True, read_only=True)

    class Meta:
        ref_name = "FlowwisePaymentList"


class RefundListSerializer(serializers.Serializer[Any]):
    """Hold the refunds of one order, oldest first."""

    results = RefundSerializer(many=True, read_only=True)

    class Meta:
        ref_name = "FlowwiseRefundList"
